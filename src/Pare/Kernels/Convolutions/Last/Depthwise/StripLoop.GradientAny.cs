using System.Runtime.CompilerServices;
using Pare.Kernels.Products;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

internal sealed unsafe partial class StripLoop<TOps, TVector>
{
    /// <summary>Weight gradients of any window: each tap's sum is loaded, gets what the outputs of the strip give it, and is stored.</summary>
    private readonly struct GradientAnyText : IText
    {
        // dP: what output P gives. TWhole 0: the channels are fewer than a vector holds.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Strip<TPixels, TWhole>(in Strip s) where TPixels : struct, ICount where TWhole : struct, ICount
        {
            TOps.Require();
            nint step = s.PixelStep * sizeof(float), step3 = 3 * step, rowStep = s.RowStep, columnStep = s.ColumnStep;
            nint wRowStep = s.WRowStep, wColumnStep = s.WColumnStep, yStep = s.YStep;
            int rows = s.Rows, columns = s.Columns, count = s.Channels;
            for (nint c = 0; c < count; c += TOps.Lanes)
            {
                float* y = s.Y + c;
                Gradients<TPixels, TWhole>(y, yStep, count, out TVector d0, out TVector d1, out TVector d2, out TVector d3, out TVector d4, out TVector d5, out TVector d6, out TVector d7);
                float* xRow = s.X + c;
                float* wRow = s.W + c;
                for (int row = rows; row > 0; row--)
                {
                    float* from = xRow;
                    float* sums = wRow;
                    for (int column = columns; column > 0; column--)
                    {
                        byte* x = (byte*)from;
                        byte* u = x + step3;
                        TVector g = TOps.MultiplyAdd(d0, Load<TWhole>(x, count), TOps.Load(sums));
                        if (TPixels.Value > 1) g = TOps.MultiplyAdd(d1, Load<TWhole>(x + step, count), g);
                        if (TPixels.Value > 2) g = TOps.MultiplyAdd(d2, Load<TWhole>(x + step * 2, count), g);
                        if (TPixels.Value > 3) g = TOps.MultiplyAdd(d3, Load<TWhole>(u, count), g);
                        if (TPixels.Value > 4) g = TOps.MultiplyAdd(d4, Load<TWhole>(u + step, count), g);
                        if (TPixels.Value > 5) g = TOps.MultiplyAdd(d5, Load<TWhole>(u + step * 2, count), g);
                        if (TPixels.Value > 6) g = TOps.MultiplyAdd(d6, Load<TWhole>(u + step3, count), g);
                        if (TPixels.Value > 7) g = TOps.MultiplyAdd(d7, Load<TWhole>(u + step * 4, count), g);
                        TOps.Store(sums, g);
                        from += columnStep;
                        sums += wColumnStep;
                    }
                    xRow += rowStep;
                    wRow += wRowStep;
                }
            }
        }
    }

    // A vector of channels of each output's gradient.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gradients<TPixels, TWhole>(
        float* y, nint step, int count,
        out TVector d0, out TVector d1, out TVector d2, out TVector d3, out TVector d4, out TVector d5, out TVector d6, out TVector d7)
        where TPixels : struct, ICount where TWhole : struct, ICount
    {
        d0 = Load<TWhole>((byte*)y, count);
        d1 = TPixels.Value > 1 ? Load<TWhole>((byte*)(y + step), count) : default;
        d2 = TPixels.Value > 2 ? Load<TWhole>((byte*)(y + 2 * step), count) : default;
        d3 = TPixels.Value > 3 ? Load<TWhole>((byte*)(y + 3 * step), count) : default;
        d4 = TPixels.Value > 4 ? Load<TWhole>((byte*)(y + 4 * step), count) : default;
        d5 = TPixels.Value > 5 ? Load<TWhole>((byte*)(y + 5 * step), count) : default;
        d6 = TPixels.Value > 6 ? Load<TWhole>((byte*)(y + 6 * step), count) : default;
        d7 = TPixels.Value > 7 ? Load<TWhole>((byte*)(y + 7 * step), count) : default;
    }
}
