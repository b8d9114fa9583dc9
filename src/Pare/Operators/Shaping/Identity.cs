namespace Pare.Operators;

/// <summary>The input itself.</summary>
public sealed partial record Identity : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Identity", _ => new Identity());

    /// <inheritdoc/>
    public override string Name => "Identity";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Same();
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        if (s.WeightChannels(0) is { } map) s.Output(map);
        else s.Keep();
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);
}
