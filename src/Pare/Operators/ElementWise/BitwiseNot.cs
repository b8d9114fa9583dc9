namespace Pare.Operators;

/// <summary>An integer with every bit turned over.</summary>
public sealed record BitwiseNot : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("BitwiseNot", _ => new BitwiseNot(), SinceOpset: 18);

    /// <inheritdoc/>
    public override string Name => "BitwiseNot";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.WholeType(0);
        s.Output(0, s.Type(0));
        s.Compute(this, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ReadOnlySpan<byte> x = inputs[0]!.Bytes;
        Span<byte> y = outputs[0].Bytes;
        for (int i = 0; i < y.Length; i++) y[i] = (byte)~x[i];
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(18, Name);
}
