namespace Pare.Operators;

/// <summary>True where a real number is no number.</summary>
public sealed record IsNaN : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("IsNaN", _ => new IsNaN(), SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "IsNaN";

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
        for (int i = 0; i < y.Length; i++) y[i] = double.IsNaN(x[i]) ? 1 : 0;
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(9, Name);
}
