using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Pooling;

/// <summary>How eight numbers at equal distances are read. AVX2.</summary>
internal unsafe interface IStride
{
    /// <summary>The numbers 0, stride, ... 7 stride, in an order of its own.</summary>
    static abstract Vector256<float> Load(float* from, int stride);

    /// <summary>Brings that order to the order of the numbers.</summary>
    static abstract Vector256<float> Order(Vector256<float> loaded);
}

/// <summary>Neighbours.</summary>
internal readonly unsafe struct StrideOne : IStride
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from, int stride) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Order(Vector256<float> loaded) => loaded;
}

/// <summary>Every second number; reads 16. Order while loading: 0 1 4 5 2 3 6 7.</summary>
internal readonly unsafe struct StrideTwo : IStride
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from, int stride) => Avx.IsSupported
        ? Avx.Shuffle(Vector256.Load(from), Vector256.Load(from + 8), 0b10_00_10_00)
        : throw new PlatformNotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Order(Vector256<float> loaded) => Avx2.IsSupported
        ? Avx2.Permute4x64(loaded.AsDouble(), 0b11_01_10_00).AsSingle()
        : throw new PlatformNotSupportedException();
}

/// <summary>Any distance.</summary>
internal readonly unsafe struct StrideAny : IStride
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from, int stride) => Avx2.IsSupported
        ? Avx2.GatherVector256(from, Vector256<int>.Indices * stride, sizeof(float))
        : throw new PlatformNotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Order(Vector256<float> loaded) => loaded;
}
