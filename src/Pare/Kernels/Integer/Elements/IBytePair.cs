using System.Runtime.CompilerServices;
using Pare.Kernels.Integer.Products;
using Pare.Operators;

namespace Pare.Kernels.Integer.Elements;

/// <summary>What is made of two integers less their zero points.</summary>
internal unsafe interface IBytePair
{
    /// <summary>The same with the inputs exchanged; the result is the same number.</summary>
    IBytePair Exchanged { get; }

    /// <summary>Writes a vector of results.</summary>
    void Store<TOps, TVector>(byte* to, TVector a, TVector b, in ByteRange range) where TOps : struct, IByteOps<TVector> where TVector : unmanaged;
}

/// <summary><see cref="IntegerAdd"/>.</summary>
internal readonly unsafe struct ByteSum(float factorA, float factorB) : IBytePair
{
    public IBytePair Exchanged => new ByteSum(factorB, factorA);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TOps, TVector>(byte* to, TVector a, TVector b, in ByteRange range) where TOps : struct, IByteOps<TVector> where TVector : unmanaged =>
        TOps.StoreSum(to, a, factorA, b, factorB, range);
}

/// <summary><see cref="IntegerMultiply"/>.</summary>
internal readonly unsafe struct ByteProduct(float factor) : IBytePair
{
    public IBytePair Exchanged => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TOps, TVector>(byte* to, TVector a, TVector b, in ByteRange range) where TOps : struct, IByteOps<TVector> where TVector : unmanaged =>
        TOps.StoreProduct(to, a, b, factor, range);
}
