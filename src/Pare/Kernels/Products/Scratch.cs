namespace Pare.Kernels.Products;

/// <summary>Hands out pieces of a caller's scratch memory, each aligned to a cache line.</summary>
internal unsafe struct Scratch(byte* start)
{
    private byte* _next = start;

    /// <summary>What one piece may take of the memory, alignment included.</summary>
    public static long Bytes(long floats) => floats == 0 ? 0 : (floats * sizeof(float) + 127) & ~63L;

    /// <summary>The next piece; null for none.</summary>
    public float* Take(long floats)
    {
        if (floats == 0)
            return null;
        byte* piece = (byte*)(((nint)_next + 63) & ~63);
        _next = piece + (floats * sizeof(float));
        return (float*)piece;
    }
}
