using System.Runtime.CompilerServices;
using Pare.Kernels.Products;

namespace Pare.Kernels.Integer.Products;

/// <summary>Tiles of one vector of output channels. Nothing in it is called: sums live in registers.</summary>
internal static unsafe class IntegerTile1<TOps, TVector> where TOps : struct, IDotOps<TVector> where TVector : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows>(IntegerTile* tile) where TRows : struct, ICount
    {
        TOps.Require();
        TVector a00 = TOps.Load(tile->Start);
        TVector a10 = a00;
        TVector a20 = a00;
        TVector a30 = a00;
        TVector a40 = a00;
        TVector a50 = a00;
        TVector a60 = a00;
        TVector a70 = a00;
        int* w = tile->Weights;
        nint length = tile->Length;
        for (int run = 0; run < tile->RunCount; run++)
        {
            nint source = tile->Runs[run];
            byte* x0 = tile->Pixels[0] + source;
            byte* x1 = TRows.Value > 1 ? tile->Pixels[1] + source : null;
            byte* x2 = TRows.Value > 2 ? tile->Pixels[2] + source : null;
            byte* x3 = TRows.Value > 3 ? tile->Pixels[3] + source : null;
            byte* x4 = TRows.Value > 4 ? tile->Pixels[4] + source : null;
            byte* x5 = TRows.Value > 5 ? tile->Pixels[5] + source : null;
            byte* x6 = TRows.Value > 6 ? tile->Pixels[6] + source : null;
            byte* x7 = TRows.Value > 7 ? tile->Pixels[7] + source : null;
            for (nint k = 0; k < length; k += IntegerTile.Unit)
            {
                TVector w0 = TOps.Load(w), x;
                if (TRows.Value > 0) { x = TOps.Broadcast(x0 + k); a00 = TOps.Dot(a00, x, w0); }
                if (TRows.Value > 1) { x = TOps.Broadcast(x1 + k); a10 = TOps.Dot(a10, x, w0); }
                if (TRows.Value > 2) { x = TOps.Broadcast(x2 + k); a20 = TOps.Dot(a20, x, w0); }
                if (TRows.Value > 3) { x = TOps.Broadcast(x3 + k); a30 = TOps.Dot(a30, x, w0); }
                if (TRows.Value > 4) { x = TOps.Broadcast(x4 + k); a40 = TOps.Dot(a40, x, w0); }
                if (TRows.Value > 5) { x = TOps.Broadcast(x5 + k); a50 = TOps.Dot(a50, x, w0); }
                if (TRows.Value > 6) { x = TOps.Broadcast(x6 + k); a60 = TOps.Dot(a60, x, w0); }
                if (TRows.Value > 7) { x = TOps.Broadcast(x7 + k); a70 = TOps.Dot(a70, x, w0); }
                w += TOps.Lanes;
            }
        }
        byte* y = tile->Destination;
        if (TRows.Value > 0) Store(tile, y, a00);
        if (TRows.Value > 1) Store(tile, y + tile->Step, a10);
        if (TRows.Value > 2) Store(tile, y + 2 * tile->Step, a20);
        if (TRows.Value > 3) Store(tile, y + 3 * tile->Step, a30);
        if (TRows.Value > 4) Store(tile, y + 4 * tile->Step, a40);
        if (TRows.Value > 5) Store(tile, y + 5 * tile->Step, a50);
        if (TRows.Value > 6) Store(tile, y + 6 * tile->Step, a60);
        if (TRows.Value > 7) Store(tile, y + 7 * tile->Step, a70);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(IntegerTile* tile, byte* y, TVector a0)
    {
        TOps.Store(y, a0, tile->Factors, tile->Range);
    }
}
