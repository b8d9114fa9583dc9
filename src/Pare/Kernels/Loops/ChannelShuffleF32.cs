using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Channel shuffles: the channels of a pixel are a small matrix [groups, channels of a group], which is transposed.</summary>
internal sealed class ChannelShuffleF32() : FloatKernel<ChannelShuffle>("channel-shuffle.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(ChannelShuffle op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        int channels = x.Fixed[^1];
        return query.ReadsValuesOnly() ? new PlaneTranspose((int)(x.Elements / channels), op.Groups, channels / op.Groups) : null;
    }
}
