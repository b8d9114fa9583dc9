using System.Runtime.CompilerServices;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Pooling.Last;

/// <summary>What a pooling makes of the numbers of a window.</summary>
internal interface IPixelFold
{
    /// <summary>Whether results are divided by how many numbers a window counts.</summary>
    static abstract bool IsMean { get; }

    /// <summary>The result of a window that holds nothing.</summary>
    static abstract float Nothing { get; }

    /// <summary>Joins what was folded so far with the next numbers.</summary>
    static abstract TVector Join<TOps, TVector>(TVector folded, TVector next) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged;
}

/// <summary>The largest; NaN wins.</summary>
internal readonly struct LargestFold : IPixelFold
{
    public static bool IsMean => false;

    public static float Nothing => float.MinValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Join<TOps, TVector>(TVector folded, TVector next) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged =>
        TOps.Largest(folded, next);
}

/// <summary>The sum, from which the mean is made.</summary>
internal readonly struct AddedFold : IPixelFold
{
    public static bool IsMean => true;

    public static float Nothing => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Join<TOps, TVector>(TVector folded, TVector next) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged =>
        TOps.Add(folded, next);
}
