using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Loops;

/// <summary>The last numbers of a row, fewer than a vector holds; nothing beyond them is touched. AVX.</summary>
internal static unsafe class Parts
{
    /// <summary>All ones in the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Mask(int count) => Vector256.GreaterThan(Vector256.Create(count), Vector256<int>.Indices).AsSingle();

    /// <summary>The numbers under the mask, 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from, Vector256<float> mask) =>
        Avx.IsSupported ? Avx.MaskLoad(from, mask) : throw new PlatformNotSupportedException();

    /// <summary>Writes the numbers of the first lanes; of all where the count is 8 or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* to, int count)
    {
        if (count >= Vector256<float>.Count)
            value.Store(to);
        else if (Avx.IsSupported)
            Avx.MaskStore(to, Mask(count), value);
        else
            throw new PlatformNotSupportedException();
    }
}
