using System.Runtime.CompilerServices;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>The end of an output transform.</summary>
internal static unsafe class WinogradEnd<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Adds the residual, clips and stores a vector, or what of it are channels.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="at">Offset from the tile's first number.</param>
    /// <param name="channel">The vector's first channel.</param>
    /// <param name="value">The sums with their bias.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(WinogradResult* tile, nint at, int channel, TVector value)
    {
        int count = tile->Channels - channel;
        bool whole = count >= TOps.Lanes;
        if (tile->Residual != null)
            value = TOps.Add(value, whole ? TOps.Load(tile->Residual + at) : TOps.LoadPart(tile->Residual + at, count));
        // The bound comes first: of a NaN and a number, the second operand is taken, so NaN stays.
        if (tile->Clip)
            value = TOps.Min(TOps.Create(tile->High), TOps.Max(TOps.Create(tile->Low), value));
        if (whole)
            TOps.Store(tile->Destination + at, value);
        else
            TOps.StorePart(tile->Destination + at, value, count);
    }
}
