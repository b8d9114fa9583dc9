using System.Runtime.InteropServices;

namespace Pare.Jit.Sparsity;

/// <summary>What a call of <see cref="SparseEmitter"/>'s code reads and writes. Pointers move on.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SparseRun
{
    /// <summary>The packed pixels: [unit][vector][16] units of four bytes.</summary>
    public byte* Area;

    /// <summary>How many units of weights each output channel has.</summary>
    public int* Counts;

    /// <summary>Units of four weights, of one output channel after the other.</summary>
    public uint* Values;

    /// <summary>For each the distance in bytes of its pixels from <see cref="Area"/>.</summary>
    public ushort* Offsets;

    /// <summary>[output channel][vector][16], added to.</summary>
    public int* Sums;

    /// <summary>Output channels.</summary>
    public nint Outputs;
}
