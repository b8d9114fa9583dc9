using System.Runtime.CompilerServices;
using Pare.Threading;

namespace Pare.Kernels;

/// <summary>Constant numbers that a prepared kernel holds: pinned, aligned to 64 bytes, alive as long as this object.</summary>
internal sealed unsafe class PackedFloats
{
    private const int AlignmentFloats = 16;
    private readonly float[] _memory;

    /// <summary>Allocates memory; it is not cleared.</summary>
    public PackedFloats(long count)
    {
        Count = count;
        _memory = GC.AllocateUninitializedArray<float>(checked((int)(BytesOf(count) / sizeof(float))), pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref _memory[0]);
        Floats = (float*)((start + 63) & ~63);
    }

    /// <summary>How many numbers.</summary>
    public long Count { get; }

    /// <summary>How many bytes so many numbers take.</summary>
    public static long BytesOf(long count) => (count + AlignmentFloats) * sizeof(float);

    /// <summary>How many bytes a weight takes once it is decoded; none where there is none.</summary>
    public static long BytesOf(WeightEncoding? weight) => weight is null ? 0 : BytesOf(weight.Length);

    /// <summary>The first number.</summary>
    public float* Floats { get; }

    /// <summary>All numbers of a weight.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="flushDenormals">Whether those too small for full precision become 0, for processors are slow on them.</param>
    public static PackedFloats Decode(WeightEncoding weight, bool flushDenormals = true)
    {
        PackedFloats values = new(weight.Length);
        Span<float> all = new(values.Floats, weight.Length);
        weight.Decode(0, all);
        if (flushDenormals)
            Denormals.Clear(all);
        return values;
    }
}
