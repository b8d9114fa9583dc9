using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>A correlation of an image with one window a channel, into every position of the result or every few. Channels last.</summary>
/// <remarks>A convolution is one sweep, its input gradient one for each pair of remainders that a position leaves by the strides.</remarks>
internal sealed unsafe class TapSweep
{
    private readonly ImmutableArray<int> _taps;
    private readonly ImmutableArray<SweepSpan> _spans;
    private readonly StripWay _way;

    private TapSweep(SweepAxis rows, SweepAxis columns, ImmutableArray<int> taps)
    {
        Rows = rows;
        Columns = columns;
        _taps = taps;
        _way = columns.Way;
        _spans = columns.Spans(StripLoop.MostPixels, _way);
    }

    /// <summary>The vertical axis.</summary>
    public SweepAxis Rows { get; }

    /// <summary>The horizontal axis.</summary>
    public SweepAxis Columns { get; }

    /// <summary>How many taps the window has.</summary>
    public int Taps => _taps.Length;

    /// <summary>y from x.</summary>
    public static TapSweep Forward(in ConvShape s) => new(
        new SweepAxis(s.Height, s.OutHeight, s.KernelHeight, s.StrideY, s.DilationY, -s.PadTop),
        new SweepAxis(s.Width, s.OutWidth, s.KernelWidth, s.StrideX, s.DilationX, -s.PadLeft),
        [.. AxisTables.Identity(s.Taps)]);

    /// <summary>dx from dy.</summary>
    public static ImmutableArray<TapSweep> InputGradient(ConvShape s)
    {
        var columns = Phases(s.Width, s.OutWidth, s.KernelWidth, s.StrideX, s.DilationX, s.PadLeft);
        return
        [
            .. from row in Phases(s.Height, s.OutHeight, s.KernelHeight, s.StrideY, s.DilationY, s.PadTop)
               from column in columns
               select new TapSweep(row.Axis, column.Axis, [.. from r in row.Taps from c in column.Taps select r * s.KernelWidth + c]),
        ];
    }

    /// <summary>src w [channels, kernel taps] -> dst [taps][width], width being the channels rounded up to whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(float* weights, int channels, int kernelTaps, int width, float* packed)
    {
        for (int tap = 0; tap < _taps.Length; tap++)
        {
            float* to = packed + (nint)tap * width;
            float* from = weights + _taps[tap];
            for (int c = 0; c < channels; c++, from += kernelTaps)
                to[c] = *from;
            new Span<float>(to + channels, width - channels).Clear();
        }
    }

    /// <summary>Computes some rows of one image, or adds what they give the weights.</summary>
    /// <param name="loop">How strips are computed.</param>
    /// <param name="gradient">True to read the result, which holds gradients then, and to add to the weights.</param>
    /// <param name="strip">Source, packed weights, bias, residual and result of the whole image; channels and bounds.</param>
    /// <param name="width">From the weights of a tap to the next ones'.</param>
    /// <param name="resultWidth">Columns of the result.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(StripLoop loop, bool gradient, in Strip strip, int width, int resultWidth, int first, int end)
    {
        Strip s = strip;
        nint channels = strip.Channels, sourceRow = Columns.Source * channels;
        s.PixelStep = Columns.Stride * channels;
        s.ColumnStep = Columns.Dilation * channels;
        s.RowStep = Rows.Dilation * sourceRow;
        s.WColumnStep = width;
        s.WRowStep = (nint)Columns.Taps * width;
        s.YStep = Columns.Step * channels;
        // Down a strip first: the rows that its outputs share stay in the first-level cache.
        foreach (SweepSpan span in _spans)
        {
            s.Columns = span.Taps;
            s.HasLeft = span.HasLeft;
            s.HasRight = span.HasRight;
            nint x = (Columns.Start(span.First) + span.FirstTap * Columns.Dilation) * channels;
            nint y = (Columns.First + span.First * Columns.Step) * channels;
            for (int row = first; row < end; row++)
            {
                (int tap, int tapEnd) = Rows.Inside(row);
                s.Rows = tapEnd - tap;
                s.X = strip.X + (Rows.Start(row) + tap * Rows.Dilation) * sourceRow + x;
                s.W = strip.W + tap * s.WRowStep + (nint)span.FirstTap * width;
                nint place = (nint)(Rows.First + row * Rows.Step) * resultWidth * channels + y;
                s.Y = strip.Y + place;
                s.Residual = strip.Residual == null ? null : strip.Residual + place;
                if (gradient)
                    loop.AddGradient(span.Count, s, _way);
                else
                    loop.Run(span.Count, s, _way);
            }
        }
    }

    /// <summary>src [taps][width] -> dst [channels, taps]: the other way of <see cref="Pack"/>, for a sweep forward.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Unpack(float* packed, int channels, int width, float* weights)
    {
        for (int c = 0; c < channels; c++)
        {
            float* from = packed + c;
            for (int tap = 0; tap < _taps.Length; tap++, from += width)
                *weights++ = *from;
        }
    }

    // Position q of x gets tap k of output p where p Stride = q + pad - k Dilation. Positions that leave one remainder by the stride
    // get every step-th tap, the higher ones from earlier outputs: a correlation of stride 1 with those taps turned round.
    private static List<(SweepAxis Axis, List<int> Taps)> Phases(int length, int outputs, int kernel, int stride, int dilation, int pad)
    {
        var phases = new List<(SweepAxis, List<int>)>();
        for (int first = 0; first < Math.Min(stride, length); first++)
        {
            var taps = new List<int>();
            for (int k = kernel - 1; k >= 0; k--)
                if ((first + pad - k * dilation) % stride == 0) taps.Add(k);
            int apart = taps.Count > 1 ? (taps[0] - taps[1]) * dilation / stride : 1;
            int offset = taps.Count > 0 ? (first + pad - taps[0] * dilation) / stride : 0;
            phases.Add((new SweepAxis(outputs, (length - first + stride - 1) / stride, taps.Count, 1, apart, offset, first, stride), taps));
        }
        return phases;
    }
}
