using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Depthwise;

/// <summary>
/// Vectors of integers of 16 bits, one for each channel, and their sums of 32 bits in two vectors: within each 128 bits, the first four channels of
/// eight have their sums in the low one, the others in the high one.
/// </summary>
/// <typeparam name="TVector">A vector of sums: locals of it live in registers.</typeparam>
internal unsafe interface IPairOps<TVector> where TVector : unmanaged
{
    /// <summary>Sums in a vector; a vector of channels holds twice as many.</summary>
    static abstract int Lanes { get; }

    /// <summary>Throws where the processor lacks the instructions: otherwise a mistake would run, slowly, in software.</summary>
    static abstract void Require();

    /// <summary>Reads a vector.</summary>
    static abstract TVector Load(void* from);

    /// <summary>The channels of two places side by side, those whose sums are low.</summary>
    static abstract TVector Low(TVector a, TVector b);

    /// <summary>The same, those whose sums are high.</summary>
    static abstract TVector High(TVector a, TVector b);

    /// <summary>Adds to each sum the products of two integers of 16 bits.</summary>
    static abstract TVector Dot(TVector sum, TVector picture, TVector weights);

    /// <summary>Writes all sums as bytes, in the order of the channels.</summary>
    static abstract void Store(byte* to, TVector low, TVector high, float* factors, in ByteRange range);
}
