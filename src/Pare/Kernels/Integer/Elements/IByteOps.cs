using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Elements;

/// <summary>Bytes as vectors of integers of 32 bits, so that one source text serves every instruction set. Every level gives the same integers.</summary>
/// <typeparam name="TVector">A vector of integers: locals of it live in registers.</typeparam>
internal unsafe interface IByteOps<TVector> where TVector : unmanaged
{
    /// <summary>Integers in a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>Throws where the processor lacks the instructions: otherwise a mistake would run, slowly, in software.</summary>
    static abstract void Require();

    /// <summary>An integer in every lane.</summary>
    static abstract TVector Create(int value);

    /// <summary>Reads bytes, without sign.</summary>
    static abstract TVector Load(byte* from);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a - b.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>a ^ b.</summary>
    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>The larger.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>Writes the low bytes.</summary>
    static abstract void Store(byte* to, TVector values);

    /// <summary>Writes the integers as floats times a factor, as <see cref="ByteRange"/> rounds.</summary>
    static abstract void StoreScaled(byte* to, TVector values, float factor, in ByteRange range);

    /// <summary>Writes the sum of two integers, each as a float times its factor.</summary>
    static abstract void StoreSum(byte* to, TVector a, float factorA, TVector b, float factorB, in ByteRange range);

    /// <summary>Writes the product of two integers, as a float times a factor.</summary>
    static abstract void StoreProduct(byte* to, TVector a, TVector b, float factor, in ByteRange range);
}
