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

    /// <summary>How outputs along this axis can be computed.</summary>
    public StripWay Way
    {
        get
        {
            if (Taps != 3 || Dilation != 1 || Stride > 2)
                return StripWay.Any;
            for (int output = 0; output < Outputs; output++)
            {
                (int first, int end) = Inside(output);
                if (first > (output == 0 ? 1 : 0) || end < (output == Outputs - 1 ? 2 : 3))
                    return StripWay.Any;
            }
            return Stride == 1 ? StripWay.Three : StripWay.ThreeByTwo;
        }
    }

    /// <summary>All outputs in order, cut into spans of about equal length; unless the way is special, outputs of a span have the same taps.</summary>
    public ImmutableArray<SweepSpan> Spans(int most, StripWay way)
    {
        var spans = ImmutableArray.CreateBuilder<SweepSpan>();
        for (int first = 0, end; first < Outputs; first = end)
        {
            (int First, int End) taps = way == StripWay.Any ? Inside(first) : (0, Taps);
            for (end = first + 1; end < Outputs && (way != StripWay.Any || Inside(end) == taps);)
                end++;
            int count = end - first, cuts = (count + most - 1) / most;
            for (int cut = 0; cut < cuts; cut++)
            {
                int from = first + count * cut / cuts, to = first + count * (cut + 1) / cuts;
                spans.Add(new SweepSpan(from, to - from, taps.First, taps.End - taps.First, Inside(from).First == 0, Inside(to - 1).End == Taps));
            }
        }
        return spans.ToImmutable();
    }
}

/// <summary>Neighbouring outputs.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstTap">The first tap that is read.</param>
/// <param name="Taps">How many taps are read.</param>
/// <param name="HasLeft">Whether the first output has its first tap.</param>
/// <param name="HasRight">Whether the last output has its last tap.</param>
internal readonly record struct SweepSpan(int First, int Count, int FirstTap, int Taps, bool HasLeft, bool HasRight);
