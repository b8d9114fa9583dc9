namespace Pare.Operators;

/// <summary>The opposite of a truth value.</summary>
public sealed record Not : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Not", _ => new Not());

    /// <inheritdoc/>
    public override string Name => "Not";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Holds(0, DType.Bool);
        s.Output(0, s.Type(0));
        s.Compute(this, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Wholes x = new(inputs[0]!), y = new(outputs[0]);
        for (int i = 0; i < y.Length; i++) y[i] = 1 - x[i];
    }
}
