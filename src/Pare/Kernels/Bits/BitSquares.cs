using System.Runtime.CompilerServices;

namespace Pare.Kernels.Bits;

/// <summary>Transposes squares of 32 x 32 bits: 32 vectors, a square in each lane.</summary>
/// <remarks>By halves: the corners of 16 x 16 change places, then those of 8 x 8 within each, and so on (Warren, "Hacker's Delight", section 7-3).</remarks>
internal static unsafe class BitSquares<TOps, TVector> where TOps : struct, IBitOps<TVector> where TVector : unmanaged
{
    /// <summary>Rows of a square.</summary>
    public const int Side = 32;

    /// <summary>Bit j of row i of each lane becomes bit i of row j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Transpose(byte* rows)
    {
        TOps.Require();
        Stage(rows, 16, 0x0000FFFF);
        Stage(rows, 8, 0x00FF00FF);
        Stage(rows, 4, 0x0F0F0F0F);
        Stage(rows, 2, 0x33333333);
        Stage(rows, 1, 0x55555555);
    }

    /// <summary>16 vectors, two squares of 16 x 16 in each lane: bit j of row i of each half of a lane becomes bit i of row j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void TransposeHalves(byte* rows)
    {
        TOps.Require();
        Stage(rows, 8, 0x00FF00FF, Side / 2);
        Stage(rows, 4, 0x0F0F0F0F, Side / 2);
        Stage(rows, 2, 0x33333333, Side / 2);
        Stage(rows, 1, 0x55555555, Side / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stage(byte* rows, int distance, uint lowBits, int side = Side)
    {
        TVector mask = TOps.Create(lowBits);
        for (int start = 0; start < side; start += 2 * distance)
        {
            for (int row = start; row < start + distance; row++)
            {
                byte* low = rows + row * TOps.Bytes, high = low + distance * TOps.Bytes;
                TVector a = TOps.Load(low), b = TOps.Load(high);
                TVector change = TOps.And(TOps.Xor(TOps.Right(a, distance), b), mask);
                TOps.Store(high, TOps.Xor(b, change));
                TOps.Store(low, TOps.Xor(a, TOps.Left(change, distance)));
            }
        }
    }
}
