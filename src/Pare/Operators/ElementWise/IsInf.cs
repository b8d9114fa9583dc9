namespace Pare.Operators;

/// <summary>True where a real number is infinite.</summary>
public sealed record IsInf : Operator
{
    /// <summary>Minus infinity counts.</summary>
    public bool Negative { get; init; } = true;

    /// <summary>Plus infinity counts.</summary>
    public bool Positive { get; init; } = true;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new(
        "IsInf", r => new IsInf { Negative = r.Flag("detect_negative", true), Positive = r.Flag("detect_positive", true) }, SinceOpset: 10);

    /// <inheritdoc/>
    public override string Name => "IsInf";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.RealType(0);
        s.Output(DType.Bool, s.Shape(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = new Reals(inputs[0]!);
        var y = new Wholes(outputs[0]);
        for (int i = 0; i < y.Length; i++)
            y[i] = (Negative && double.IsNegativeInfinity(x[i])) || (Positive && double.IsPositiveInfinity(x[i])) ? 1 : 0;
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(10, Name);
        w.Flag("detect_negative", Negative);
        w.Flag("detect_positive", Positive);
    }
}
