using System.Runtime.CompilerServices;
using Pare.Kernels.Products;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

internal sealed unsafe partial class StripLoop<TOps, TVector>
{
    /// <summary>Windows of three columns next to each other, at every position.</summary>
    /// <remarks>
    /// Inputs that outputs share are read once. X is the place of the first tap of each row even where it lies in the padding.
    /// </remarks>
    private readonly struct ThreeText : IText
    {
        // aP: output P; xC: column C of the inputs. TWhole 0: the channels are fewer than a vector holds.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Strip<TPixels, TWhole>(in Strip s) where TPixels : struct, ICount where TWhole : struct, ICount
        {
            TOps.Require();
            nint step = s.ColumnStep * sizeof(float), rowStep = s.RowStep, wRowStep = s.WRowStep, wColumnStep = s.WColumnStep;
            int rows = s.Rows, count = s.Channels;
            bool left = s.HasLeft, right = s.HasRight;
            TVector low = TOps.Create(s.Low), high = TOps.Create(s.High);
            for (nint c = 0; c < count; c += TOps.Lanes)
            {
                TVector a0 = TOps.Load(s.Bias + c), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
                float* xRow = s.X + c;
                float* wRow = s.W + c;
                for (int row = rows; row > 0; row--)
                {
                    TVector w0 = TOps.Load(wRow), w1 = TOps.Load(wRow + wColumnStep), w2 = TOps.Load(wRow + 2 * wColumnStep);
                    byte* x = (byte*)xRow;
                    TVector x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default, x8 = default, x9 = default;
                    if (left) a0 = TOps.MultiplyAdd(w0, Load<TWhole>(x, count), a0);
                    TVector x1 = Load<TWhole>(x += step, count);
                    a0 = TOps.MultiplyAdd(w1, x1, a0);
                    if (TPixels.Value > 1 || right) { x2 = Load<TWhole>(x += step, count); a0 = TOps.MultiplyAdd(w2, x2, a0); }
                    if (TPixels.Value > 1) { a1 = TOps.MultiplyAdd(w0, x1, a1); a1 = TOps.MultiplyAdd(w1, x2, a1); }
                    if (TPixels.Value > 2 || (TPixels.Value > 1 && right)) { x3 = Load<TWhole>(x += step, count); a1 = TOps.MultiplyAdd(w2, x3, a1); }
                    if (TPixels.Value > 2) { a2 = TOps.MultiplyAdd(w0, x2, a2); a2 = TOps.MultiplyAdd(w1, x3, a2); }
                    if (TPixels.Value > 3 || (TPixels.Value > 2 && right)) { x4 = Load<TWhole>(x += step, count); a2 = TOps.MultiplyAdd(w2, x4, a2); }
                    if (TPixels.Value > 3) { a3 = TOps.MultiplyAdd(w0, x3, a3); a3 = TOps.MultiplyAdd(w1, x4, a3); }
                    if (TPixels.Value > 4 || (TPixels.Value > 3 && right)) { x5 = Load<TWhole>(x += step, count); a3 = TOps.MultiplyAdd(w2, x5, a3); }
                    if (TPixels.Value > 4) { a4 = TOps.MultiplyAdd(w0, x4, a4); a4 = TOps.MultiplyAdd(w1, x5, a4); }
                    if (TPixels.Value > 5 || (TPixels.Value > 4 && right)) { x6 = Load<TWhole>(x += step, count); a4 = TOps.MultiplyAdd(w2, x6, a4); }
                    if (TPixels.Value > 5) { a5 = TOps.MultiplyAdd(w0, x5, a5); a5 = TOps.MultiplyAdd(w1, x6, a5); }
                    if (TPixels.Value > 6 || (TPixels.Value > 5 && right)) { x7 = Load<TWhole>(x += step, count); a5 = TOps.MultiplyAdd(w2, x7, a5); }
                    if (TPixels.Value > 6) { a6 = TOps.MultiplyAdd(w0, x6, a6); a6 = TOps.MultiplyAdd(w1, x7, a6); }
                    if (TPixels.Value > 7 || (TPixels.Value > 6 && right)) { x8 = Load<TWhole>(x += step, count); a6 = TOps.MultiplyAdd(w2, x8, a6); }
                    if (TPixels.Value > 7) { a7 = TOps.MultiplyAdd(w0, x7, a7); a7 = TOps.MultiplyAdd(w1, x8, a7); }
                    if (TPixels.Value > 7 && right) { x9 = Load<TWhole>(x += step, count); a7 = TOps.MultiplyAdd(w2, x9, a7); }
                    xRow += rowStep;
                    wRow += wRowStep;
                }
                Finish<TPixels, TWhole>(s, c, low, high, a0, a1, a2, a3, a4, a5, a6, a7);
            }
        }
    }
}
