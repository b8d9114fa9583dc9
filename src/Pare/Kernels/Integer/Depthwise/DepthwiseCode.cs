using System.Runtime.CompilerServices;

namespace Pare.Kernels.Integer.Depthwise;

/// <summary>The code of tiles of four pixels and of one.</summary>
internal static unsafe class DepthwiseCode<TOps, TVector> where TOps : struct, IPairOps<TVector> where TVector : unmanaged
{
    /// <summary>Pixels of the larger tile.</summary>
    public const int Rows = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(DepthwiseTile* tile)
    {
        TOps.Require();
        TVector a0 = TOps.Load(tile->Start), b0 = TOps.Load(tile->Start + TOps.Lanes);
        TVector a1 = a0, b1 = b0, a2 = a0, b2 = b0, a3 = a0, b3 = b0;
        byte* x0 = tile->Source, x1 = x0 + tile->SourceStep, x2 = x1 + tile->SourceStep, x3 = x2 + tile->SourceStep;
        int* w = tile->Weights;
        nint* tap = tile->Taps;
        for (int pair = tile->Pairs; pair > 0; pair--, tap += 2, w += 2 * TOps.Lanes)
        {
            nint first = tap[0], second = tap[1];
            TVector low = TOps.Load(w), high = TOps.Load(w + TOps.Lanes), x, z;
            x = TOps.Load(x0 + first); z = TOps.Load(x0 + second); a0 = TOps.Dot(a0, TOps.Low(x, z), low); b0 = TOps.Dot(b0, TOps.High(x, z), high);
            x = TOps.Load(x1 + first); z = TOps.Load(x1 + second); a1 = TOps.Dot(a1, TOps.Low(x, z), low); b1 = TOps.Dot(b1, TOps.High(x, z), high);
            x = TOps.Load(x2 + first); z = TOps.Load(x2 + second); a2 = TOps.Dot(a2, TOps.Low(x, z), low); b2 = TOps.Dot(b2, TOps.High(x, z), high);
            x = TOps.Load(x3 + first); z = TOps.Load(x3 + second); a3 = TOps.Dot(a3, TOps.Low(x, z), low); b3 = TOps.Dot(b3, TOps.High(x, z), high);
        }
        byte* y = tile->Destination;
        TOps.Store(y, a0, b0, tile->Factors, tile->Range);
        TOps.Store(y + tile->Step, a1, b1, tile->Factors, tile->Range);
        TOps.Store(y + 2 * tile->Step, a2, b2, tile->Factors, tile->Range);
        TOps.Store(y + 3 * tile->Step, a3, b3, tile->Factors, tile->Range);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(DepthwiseTile* tile)
    {
        TOps.Require();
        TVector a = TOps.Load(tile->Start), b = TOps.Load(tile->Start + TOps.Lanes);
        byte* source = tile->Source;
        int* w = tile->Weights;
        nint* tap = tile->Taps;
        for (int pair = tile->Pairs; pair > 0; pair--, tap += 2, w += 2 * TOps.Lanes)
        {
            TVector x = TOps.Load(source + tap[0]), z = TOps.Load(source + tap[1]);
            a = TOps.Dot(a, TOps.Low(x, z), TOps.Load(w));
            b = TOps.Dot(b, TOps.High(x, z), TOps.Load(w + TOps.Lanes));
        }
        TOps.Store(tile->Destination, a, b, tile->Factors, tile->Range);
    }
}
