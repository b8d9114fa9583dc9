using System.Runtime.CompilerServices;
using Pare.Kernels.Integer.Elements;

namespace Pare.Kernels.Integer.Pooling;

/// <summary>What a pooling makes of the bytes of a window, as unsigned integers.</summary>
internal interface IByteFold
{
    /// <summary>Whether results are means, requantized; otherwise they are bytes as they are.</summary>
    static abstract bool IsMean { get; }

    /// <summary>Joins what was folded so far with the next integers.</summary>
    static abstract TVector Join<TOps, TVector>(TVector folded, TVector next) where TOps : struct, IByteOps<TVector> where TVector : unmanaged;
}

/// <summary>The largest.</summary>
internal readonly struct LargestByte : IByteFold
{
    public static bool IsMean => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Join<TOps, TVector>(TVector folded, TVector next) where TOps : struct, IByteOps<TVector> where TVector : unmanaged => TOps.Max(folded, next);
}

/// <summary>The sum, of which the mean is made.</summary>
internal readonly struct ByteMean : IByteFold
{
    public static bool IsMean => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Join<TOps, TVector>(TVector folded, TVector next) where TOps : struct, IByteOps<TVector> where TVector : unmanaged => TOps.Add(folded, next);
}
