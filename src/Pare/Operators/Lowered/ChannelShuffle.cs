namespace Pare.Operators;

/// <summary>
/// Deals the channels of each group out to all groups, channels last: y[n, h, w, j g + i] = x[n, h, w, i c + j], i below g groups, j below
/// c channels of each. Plans are lowered to it, files hold a Reshape, a Transpose and a Reshape instead.
/// </summary>
/// <param name="Groups">How many groups: a divisor of the channels.</param>
/// <remarks>Zhang, Zhou, Lin, Sun, "ShuffleNet", CVPR 2018.</remarks>
internal sealed record ChannelShuffle(int Groups) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ChannelShuffle";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        int size = x.DType.Size(), channels = x.Dims[^1], each = channels / Groups;
        for (int at = 0; at < y.Length; at++)
        {
            int c = at % channels, from = at - c + c % Groups * each + c / Groups;
            x.Bytes.Slice(from * size, size).CopyTo(y.Bytes[(at * size)..]);
        }
    }
}
