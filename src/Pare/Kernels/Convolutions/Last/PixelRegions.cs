using System.Collections.Immutable;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>A rectangle of output positions that see the same part of the kernel inside the picture.</summary>
/// <param name="Top">First row of the rectangle.</param>
/// <param name="Left">First column of the rectangle.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Rows">The kernel's rows that lie inside the picture.</param>
/// <param name="Columns">The kernel's columns that lie inside the picture.</param>
internal readonly record struct PixelRegion(int Top, int Left, int Height, int Width, Interval Rows, Interval Columns)
{
    /// <summary>How many positions.</summary>
    public int Count => Height * Width;
}

/// <summary>The integers from First up to, without, End.</summary>
internal readonly record struct Interval(int First, int End);

/// <summary>
/// Cuts the output of a convolution into regions, so that padding is neither stored nor multiplied: the inner region sees the whole
/// kernel, those along the borders a part of it.
/// </summary>
internal static class PixelRegions
{
    /// <summary>The regions, top to bottom and left to right; together they are every output position once.</summary>
    public static ImmutableArray<PixelRegion> Of(in ConvShape shape)
    {
        List<Band> vertical = Bands(shape.OutHeight, shape.Height, shape.KernelHeight, shape.StrideY, shape.DilationY, shape.PadTop);
        List<Band> horizontal = Bands(shape.OutWidth, shape.Width, shape.KernelWidth, shape.StrideX, shape.DilationX, shape.PadLeft);
        ImmutableArray<PixelRegion>.Builder regions = ImmutableArray.CreateBuilder<PixelRegion>(vertical.Count * horizontal.Count);
        foreach (Band v in vertical)
            foreach (Band h in horizontal)
                regions.Add(new PixelRegion(v.Outputs.First, h.Outputs.First, v.Outputs.End - v.Outputs.First, h.Outputs.End - h.Outputs.First, v.Taps, h.Taps));
        return regions.MoveToImmutable();
    }

    // Rows or columns of the output that see the same taps of the kernel.
    private sealed record Band(Interval Outputs, Interval Taps);

    private static List<Band> Bands(int outputs, int inputs, int kernel, int stride, int dilation, int pad)
    {
        var bands = new List<Band>();
        for (int o = 0; o < outputs; o++)
        {
            int start = o * stride - pad;
            int first = start >= 0 ? 0 : Math.Min(kernel, (-start + dilation - 1) / dilation);
            int end = Math.Clamp((inputs - start + dilation - 1) / dilation, first, kernel);
            Interval taps = new(first, end);
            if (bands.Count > 0 && bands[^1].Taps == taps)
                bands[^1] = bands[^1] with { Outputs = bands[^1].Outputs with { End = o + 1 } };
            else
                bands.Add(new Band(new Interval(o, o + 1), taps));
        }
        return bands;
    }
}
