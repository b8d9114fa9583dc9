namespace Pare.Operators;

/// <summary>
/// Computes an image with channels last and puts it into some channels of a wider one, whose other channels stay as they are: so that images
/// are joined without being copied. Plans are lowered to it, files never hold it.
/// </summary>
/// <param name="Inner">What computes the image [N, H, W, c] from the first inputs.</param>
/// <param name="InnerInputs">How many inputs those are, absent ones counted; the wider image so far stands behind them, or is absent: then its other channels are whatever lies there.</param>
/// <param name="First">The first of its channels in the wider image.</param>
/// <param name="Count">How many channels those are.</param>
/// <param name="Width">Channels of the wider image.</param>
internal sealed record IntoChannels(Operator Inner, int InnerInputs, int First, int Count, int Width) : Operator
{
    /// <inheritdoc/>
    public override string Name => Inner.Name;

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input < InnerInputs ? Inner.WeightAxis(input) : null;

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => input == InnerInputs;

    /// <inheritdoc/>
    public override void Infer(InferScope s) => Inner.Infer(Within(s));

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => Inner.Cost(Within(s));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        if (inputs.Length > InnerInputs && inputs[InnerInputs] is { } before && !before.Bytes.Overlaps(y.Bytes)) before.Bytes.CopyTo(y.Bytes);
        var part = new Tensor(y.DType, y.Shape.With(y.Shape.Rank - 1, Count));
        Inner.Evaluate(inputs[..Math.Min(InnerInputs, inputs.Length)], [part]);
        for (int pixel = 0; pixel < part.Length / Count; pixel++)
            part.Floats.Slice(pixel * Count, Count).CopyTo(y.Floats[(pixel * Width + First)..]);
    }

    private InnerScope Within(InferScope s) => new(
        s, s.Node with { Inputs = s.Node.Inputs[..Math.Min(InnerInputs, s.Node.Inputs.Length)] },
        static (_, type) => type, (_, type) => type with { Shape = type.Shape.With(type.Shape.Rank - 1, Width) });
}
