namespace Pare.Operators;

/// <summary>The upper or lower triangle of matrices, 0 elsewhere. Input 1 (optional) moves the diagonal to the right.</summary>
public sealed record Trilu : Operator
{
    /// <summary>The triangle on and above the diagonal, otherwise on and below.</summary>
    public bool Upper { get; init; } = true;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Trilu", r => new Trilu { Upper = r.Flag("upper", true) }, SinceOpset: 14);

    /// <inheritdoc/>
    public override string Name => "Trilu";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 2);
        s.ShapeOfRank(0, 2, int.MaxValue);
        if (s.Has(1)) s.Holds(1, DType.I64);
        s.Output(0, s.Type(0));
        s.Compute(this, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        long diagonal = KnownValues.Integers(inputs, 1)?[0] ?? 0;
        int rows = y.Dims[^2], columns = y.Dims[^1];
        y.Bytes.Clear();
        for (int at = 0; at < y.Length; at++)
        {
            long right = at % columns - at / columns % rows - diagonal;
            if (right == 0 || right > 0 == Upper) Elements.Copy(x, at, y, at);
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(this, s.OutputGradient(), s.Node.Input(1)));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(14, Name);
        w.Flag("upper", Upper);
    }
}
