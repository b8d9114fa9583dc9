using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Pooling;

/// <summary>What a pooling makes of the numbers of a window.</summary>
internal unsafe interface IFold
{
    /// <summary>What a fold of nothing gives; it stands in the padding.</summary>
    static abstract float Nothing { get; }

    /// <summary>Whether results depend on how many numbers a window counts.</summary>
    static abstract bool Counts { get; }

    /// <summary>Joins what was folded so far with the next numbers.</summary>
    static abstract Vector256<float> Join(Vector256<float> folded, Vector256<float> next);

    /// <summary>The result of windows from their folds.</summary>
    /// <param name="folded">Eight folds.</param>
    /// <param name="columns">How many columns each window counts.</param>
    /// <param name="rows">How many rows they count.</param>
    static abstract Vector256<float> Finish(Vector256<float> folded, float* columns, float rows);
}

/// <summary>The maximum. NaN wins; of zeros of both signs either may stand.</summary>
internal readonly unsafe struct MaximumFold : IFold
{
    public static float Nothing => float.NegativeInfinity;

    public static bool Counts => false;

    // The instruction gives its second operand where one is NaN: so a NaN stays, and one that comes is added as all ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Join(Vector256<float> folded, Vector256<float> next) => Avx.IsSupported
        ? Avx.Or(Avx.Max(next, folded), Avx.CompareUnordered(next, next))
        : throw new PlatformNotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Finish(Vector256<float> folded, float* columns, float rows) => folded;
}

/// <summary>The sum.</summary>
internal readonly unsafe struct SumFold : IFold
{
    public static float Nothing => 0;

    public static bool Counts => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Join(Vector256<float> folded, Vector256<float> next) => folded + next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Finish(Vector256<float> folded, float* columns, float rows) => folded;
}

/// <summary>The mean; of a window that counts nothing 0.</summary>
internal readonly unsafe struct MeanFold : IFold
{
    public static float Nothing => 0;

    public static bool Counts => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Join(Vector256<float> folded, Vector256<float> next) => folded + next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Finish(Vector256<float> folded, float* columns, float rows) =>
        folded / Vector256.MaxNative(Vector256.Load(columns) * rows, Vector256<float>.One);
}
