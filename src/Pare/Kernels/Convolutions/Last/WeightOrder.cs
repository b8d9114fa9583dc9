using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>How the weights of a convolution lie: weight (output o of group g, input c, tap t) at g * Group + o * Output + c * Input + Taps[t].</summary>
/// <param name="Group">From group to group.</param>
/// <param name="Output">From output channel to output channel.</param>
/// <param name="Input">From input channel to input channel of a group.</param>
/// <param name="Taps">The offset of each kernel position.</param>
internal readonly record struct WeightOrder(nint Group, nint Output, nint Input, ImmutableArray<int> Taps)
{
    /// <summary>[OutChannels, Channels / Groups, KernelHeight, KernelWidth].</summary>
    public static WeightOrder Natural(in ConvShape shape)
    {
        nint depth = (nint)shape.GroupChannels * shape.Taps;
        return new WeightOrder(shape.GroupOutChannels * depth, depth, shape.Taps, [.. AxisTables.Identity(shape.Taps)]);
    }
}
