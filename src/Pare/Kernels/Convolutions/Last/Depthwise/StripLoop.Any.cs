using System.Runtime.CompilerServices;
using Pare.Kernels.Products;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

internal sealed unsafe partial class StripLoop<TOps, TVector>
{
    /// <summary>Any window.</summary>
    private readonly struct AnyText : IText
    {
        // aP: output P. TWhole 0: the channels are fewer than a vector holds. For each tap one weight is loaded, inputs are read where they lie.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Strip<TPixels, TWhole>(in Strip s) where TPixels : struct, ICount where TWhole : struct, ICount
        {
            TOps.Require();
            nint step = s.PixelStep * sizeof(float), step3 = 3 * step, rowStep = s.RowStep, columnStep = s.ColumnStep;
            nint wRowStep = s.WRowStep, wColumnStep = s.WColumnStep;
            int rows = s.Rows, columns = s.Columns, count = s.Channels;
            TVector low = TOps.Create(s.Low), high = TOps.Create(s.High);
            for (nint c = 0; c < count; c += TOps.Lanes)
            {
                TVector a0 = TOps.Load(s.Bias + c), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
                float* xRow = s.X + c;
                float* wRow = s.W + c;
                for (int row = rows; row > 0; row--)
                {
                    float* from = xRow;
                    float* weights = wRow;
                    for (int column = columns; column > 0; column--)
                    {
                        TVector w = TOps.Load(weights);
                        byte* x = (byte*)from;
                        byte* u = x + step3;
                        a0 = TOps.MultiplyAdd(w, Load<TWhole>(x, count), a0);
                        if (TPixels.Value > 1) a1 = TOps.MultiplyAdd(w, Load<TWhole>(x + step, count), a1);
                        if (TPixels.Value > 2) a2 = TOps.MultiplyAdd(w, Load<TWhole>(x + step * 2, count), a2);
                        if (TPixels.Value > 3) a3 = TOps.MultiplyAdd(w, Load<TWhole>(u, count), a3);
                        if (TPixels.Value > 4) a4 = TOps.MultiplyAdd(w, Load<TWhole>(u + step, count), a4);
                        if (TPixels.Value > 5) a5 = TOps.MultiplyAdd(w, Load<TWhole>(u + step * 2, count), a5);
                        if (TPixels.Value > 6) a6 = TOps.MultiplyAdd(w, Load<TWhole>(u + step3, count), a6);
                        if (TPixels.Value > 7) a7 = TOps.MultiplyAdd(w, Load<TWhole>(u + step * 4, count), a7);
                        from += columnStep;
                        weights += wColumnStep;
                    }
                    xRow += rowStep;
                    wRow += wRowStep;
                }
                Finish<TPixels, TWhole>(s, c, low, high, a0, a1, a2, a3, a4, a5, a6, a7);
            }
        }
    }
}
