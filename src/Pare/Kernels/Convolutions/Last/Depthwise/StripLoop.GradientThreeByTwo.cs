using System.Runtime.CompilerServices;
using Pare.Kernels.Products;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

internal sealed unsafe partial class StripLoop<TOps, TVector>
{
    /// <summary>Weight gradients of windows of three columns next to each other, at every second position: see <see cref="ThreeText"/>.</summary>
    private readonly struct GradientThreeByTwoText : IText
    {
        // dP: what output P gives; xC: column C of the inputs; gK: the sum of tap K of a row. TWhole 0: the channels are fewer than a vector holds.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Strip<TPixels, TWhole>(in Strip s) where TPixels : struct, ICount where TWhole : struct, ICount
        {
            TOps.Require();
            nint step = s.ColumnStep * sizeof(float), rowStep = s.RowStep, wRowStep = s.WRowStep, wColumnStep = s.WColumnStep, yStep = s.YStep;
            int rows = s.Rows, count = s.Channels;
            bool left = s.HasLeft, right = s.HasRight;
            for (nint c = 0; c < count; c += TOps.Lanes)
            {
                float* y = s.Y + c;
                Gradients<TPixels, TWhole>(y, yStep, count, out TVector d0, out TVector d1, out TVector d2, out TVector d3, out TVector d4, out TVector d5, out TVector d6, out TVector d7);
                float* xRow = s.X + c;
                float* wRow = s.W + c;
                for (int row = rows; row > 0; row--)
                {
                    TVector g0 = TOps.Load(wRow), g1 = TOps.Load(wRow + wColumnStep), g2 = TOps.Load(wRow + 2 * wColumnStep);
                    byte* x = (byte*)xRow;
                    TVector x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default, x8 = default, x9 = default, x10 = default, x11 = default, x12 = default, x13 = default, x14 = default, x15 = default, x16 = default;
                    if (left) g0 = TOps.MultiplyAdd(d0, Load<TWhole>(x, count), g0);
                    TVector x1 = Load<TWhole>(x += step, count);
                    g1 = TOps.MultiplyAdd(d0, x1, g1);
                    if (TPixels.Value > 1 || right) { x2 = Load<TWhole>(x += step, count); g2 = TOps.MultiplyAdd(d0, x2, g2); }
                    if (TPixels.Value > 1) { g0 = TOps.MultiplyAdd(d1, x2, g0); x3 = Load<TWhole>(x += step, count); g1 = TOps.MultiplyAdd(d1, x3, g1); }
                    if (TPixels.Value > 2 || (TPixels.Value > 1 && right)) { x4 = Load<TWhole>(x += step, count); g2 = TOps.MultiplyAdd(d1, x4, g2); }
                    if (TPixels.Value > 2) { g0 = TOps.MultiplyAdd(d2, x4, g0); x5 = Load<TWhole>(x += step, count); g1 = TOps.MultiplyAdd(d2, x5, g1); }
                    if (TPixels.Value > 3 || (TPixels.Value > 2 && right)) { x6 = Load<TWhole>(x += step, count); g2 = TOps.MultiplyAdd(d2, x6, g2); }
                    if (TPixels.Value > 3) { g0 = TOps.MultiplyAdd(d3, x6, g0); x7 = Load<TWhole>(x += step, count); g1 = TOps.MultiplyAdd(d3, x7, g1); }
                    if (TPixels.Value > 4 || (TPixels.Value > 3 && right)) { x8 = Load<TWhole>(x += step, count); g2 = TOps.MultiplyAdd(d3, x8, g2); }
                    if (TPixels.Value > 4) { g0 = TOps.MultiplyAdd(d4, x8, g0); x9 = Load<TWhole>(x += step, count); g1 = TOps.MultiplyAdd(d4, x9, g1); }
                    if (TPixels.Value > 5 || (TPixels.Value > 4 && right)) { x10 = Load<TWhole>(x += step, count); g2 = TOps.MultiplyAdd(d4, x10, g2); }
                    if (TPixels.Value > 5) { g0 = TOps.MultiplyAdd(d5, x10, g0); x11 = Load<TWhole>(x += step, count); g1 = TOps.MultiplyAdd(d5, x11, g1); }
                    if (TPixels.Value > 6 || (TPixels.Value > 5 && right)) { x12 = Load<TWhole>(x += step, count); g2 = TOps.MultiplyAdd(d5, x12, g2); }
                    if (TPixels.Value > 6) { g0 = TOps.MultiplyAdd(d6, x12, g0); x13 = Load<TWhole>(x += step, count); g1 = TOps.MultiplyAdd(d6, x13, g1); }
                    if (TPixels.Value > 7 || (TPixels.Value > 6 && right)) { x14 = Load<TWhole>(x += step, count); g2 = TOps.MultiplyAdd(d6, x14, g2); }
                    if (TPixels.Value > 7) { g0 = TOps.MultiplyAdd(d7, x14, g0); x15 = Load<TWhole>(x += step, count); g1 = TOps.MultiplyAdd(d7, x15, g1); }
                    if (TPixels.Value > 7 && right) { x16 = Load<TWhole>(x += step, count); g2 = TOps.MultiplyAdd(d7, x16, g2); }
                    TOps.Store(wRow, g0);
                    TOps.Store(wRow + wColumnStep, g1);
                    TOps.Store(wRow + 2 * wColumnStep, g2);
                    xRow += rowStep;
                    wRow += wRowStep;
                }
            }
        }
    }
}
