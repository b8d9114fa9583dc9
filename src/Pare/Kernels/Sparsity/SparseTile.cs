namespace Pare.Kernels.Sparsity;

/// <summary>
/// The inner step of sparse convolutions: some vectors of pixels times many output channels.
/// sums[o][v] = start + sum over nonzeros i of o: values[i] * area[offsets[i] + v]   (o output channel, v vector of pixels)
/// </summary>
internal unsafe struct SparseTile
{
    /// <summary>Numbers of a cache line.</summary>
    public const int Line = 16;

    /// <summary>Packed pixels: vectors, those that one nonzero reads follow each other.</summary>
    public byte* Area;

    /// <summary>For each row of nonzeros its output channel (low 16 bits) and how many they are; rows of equal length follow each other.</summary>
    public uint* Rows;

    /// <summary>How many rows.</summary>
    public int Count;

    /// <summary>The nonzeros, row after row.</summary>
    public float* Values;

    /// <summary>For each nonzero where its pixels lie in the area, in bytes.</summary>
    public ushort* Offsets;

    /// <summary>[output channel][vectors * lanes].</summary>
    public float* Sums;

    /// <summary>What sums start from, one number for each output channel; null: from what <see cref="Sums"/> holds.</summary>
    public float* Start;

    /// <summary>What will be written soon: with each output channel a line for each vector is brought near, from here on; null for nothing. Any address is fine.</summary>
    public float* Ahead;

    /// <summary>Numbers between the lines of two vectors.</summary>
    public nint AheadStep;

    /// <summary>Whether results are kept within [<see cref="Low"/>, <see cref="High"/>].</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;
}
