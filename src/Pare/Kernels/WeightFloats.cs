using System.Buffers;
using System.Runtime.InteropServices;
using Pare.Threading;

namespace Pare.Kernels;

/// <summary>The numbers of a weight while they are packed: its own memory where it has them as they are needed, otherwise memory of their own that is given back at once.</summary>
internal sealed unsafe class WeightFloats : IDisposable
{
    private const int Alignment = 64;
    private readonly WeightEncoding _weight;
    private MemoryHandle _pin;
    private void* _own;

    /// <summary>Decodes a part of a weight.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="start">The first number.</param>
    /// <param name="count">How many.</param>
    /// <param name="flushDenormals">Whether those too small for full precision are 0.</param>
    public WeightFloats(WeightEncoding weight, long start, int count, bool flushDenormals)
    {
        _weight = weight;
        if (weight is Dense dense && !(flushDenormals && Denormals.Any(dense.Values.Slice((int)start, count))))
        {
            _pin = dense.Pin((int)start);
            Floats = (float*)_pin.Pointer;
            return;
        }
        _own = NativeMemory.AlignedAlloc((nuint)Math.Max(1, count) * sizeof(float), Alignment);
        Floats = (float*)_own;
        var all = new Span<float>(Floats, count);
        weight.Decode(start, all);
        if (flushDenormals) Denormals.Clear(all);
    }

    /// <summary>The first number; aligned as floats are, or not at all where they lie in a file.</summary>
    public float* Floats { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _pin.Dispose();
        NativeMemory.AlignedFree(_own);
        _own = null;
        GC.KeepAlive(_weight);
    }

    /// <summary>Says that a weight is packed: what of it lies in a mapped file need not stay in memory.</summary>
    public static void LetGo(WeightEncoding weight)
    {
        if (weight is Dense dense) dense.LetGo();
        foreach ((_, WeightEncoding child) in weight.Children) LetGo(child);
    }
}
