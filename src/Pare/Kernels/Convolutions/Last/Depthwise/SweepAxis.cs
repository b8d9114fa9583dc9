using System.Collections.Immutable;
using Pare.Kernels.Pooling;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>One axis of a sweep: output i reads sources i Stride + Offset + k Dilation, k below Taps, where they exist.</summary>
/// <param name="Source">Source length.</param>
/// <param name="Outputs">How many outputs are computed.</param>
/// <param name="Taps">How many taps there are.</param>
/// <param name="Stride">From an output's first tap to the next one's.</param>
/// <param name="Dilation">From a tap to the next.</param>
/// <param name="Offset">The source of the first tap of the first output; it may lie in the padding.</param>
/// <param name="First">Where the first output lies in the result.</param>
/// <param name="Step">From an output to the next one in the result.</param>
internal readonly record struct SweepAxis(int Source, int Outputs, int Taps, int Stride, int Dilation, int Offset, int First = 0, int Step = 1)
{
    /// <summary>The source of the first tap of an output; it may lie in the padding.</summary>
    public int Start(int output) => output * Stride + Offset;

    /// <summary>The taps of an output that exist.</summary>
    public (int First, int End) Inside(int output) => PoolShape.Inside(Start(output), Taps, Dilation, Source);

    /// <summary>All outputs in order, cut into spans of about equal length in which all outputs have the same taps.</summary>
    public ImmutableArray<SweepSpan> Spans(int most)
    {
        var spans = ImmutableArray.CreateBuilder<SweepSpan>();
        for (int first = 0, end; first < Outputs; first = end)
        {
            (int First, int End) taps = Inside(first);
            for (end = first + 1; end < Outputs && Inside(end) == taps;)
                end++;
            int count = end - first, cuts = (count + most - 1) / most;
            for (int cut = 0; cut < cuts; cut++)
            {
                int from = first + count * cut / cuts;
                spans.Add(new SweepSpan(from, first + count * (cut + 1) / cuts - from, taps.First, taps.End - taps.First));
            }
        }
        return spans.ToImmutable();
    }
}

/// <summary>Neighbouring outputs with the same taps.</summary>
internal readonly record struct SweepSpan(int First, int Count, int FirstTap, int Taps);
