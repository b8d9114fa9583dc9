using System.Runtime.InteropServices;

namespace Pare.Benchmarks;

/// <summary>Floats outside the collected heap, aligned to 64 bytes, filled with numbers of [-0.5, 0.5).</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    public NativeBuffer(long floats, ulong seed = 1)
    {
        Floats = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, floats) * sizeof(float), 64);
        Rng rng = new(seed);
        for (long i = 0; i < floats; i++)
            Floats[i] = rng.NextSingle() - 0.5f;
    }

    public float* Floats { get; }

    public byte* Bytes => (byte*)Floats;

    public static NativeBuffer OfBytes(long bytes) => new((bytes + 3) / 4);

    public void Dispose() => NativeMemory.AlignedFree(Floats);
}
