using System.Runtime.InteropServices;

namespace Pare.Jit.Sparsity;

/// <summary>An output channel in a block of the window.</summary>
/// <param name="Count">Units of weights that are not all 0.</param>
/// <param name="SumBytes">Distance of its sums from those of the group's first output channel.</param>
internal readonly record struct SparseRow(int Count, int SumBytes);

/// <summary>What a call of <see cref="SparseEmitter"/>'s code reads and writes. Pointers move on.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SparseRun
{
    /// <summary>The packed pixels: [unit][vector][16] units of four bytes.</summary>
    public byte* Area;

    /// <summary>Output channels in the order of their units.</summary>
    public SparseRow* Rows;

    /// <summary>Units of four weights, those of one row after the other.</summary>
    public uint* Values;

    /// <summary>For each the distance in bytes of its pixels from <see cref="Area"/>.</summary>
    public ushort* Offsets;

    /// <summary>[output channel][vector][16], added to.</summary>
    public int* Sums;

    /// <summary>Output channels.</summary>
    public nint Outputs;
}
