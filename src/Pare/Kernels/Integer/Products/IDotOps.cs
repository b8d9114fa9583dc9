namespace Pare.Kernels.Integer.Products;

/// <summary>Sums of integer products on vectors of one width, so that one source text serves every instruction set.</summary>
/// <remarks>
/// Numbers are read as units of 32 bits: four bytes, or two integers of 16 bits. A vector of weights holds a unit for each output channel,
/// which meets the same unit of the picture in every lane. Sums are exact, modulo 2^32.
/// </remarks>
/// <typeparam name="TVector">A vector of sums: locals of it live in registers.</typeparam>
internal unsafe interface IDotOps<TVector> where TVector : unmanaged
{
    /// <summary>Sums in a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>True where 32 vectors fit in registers, otherwise 16 do.</summary>
    static abstract bool ManyRegisters { get; }

    /// <summary>Throws where the processor lacks the instructions: otherwise a mistake would run, slowly, in software.</summary>
    static abstract void Require();

    /// <summary>Reads a vector of sums or of units of weights.</summary>
    static abstract TVector Load(int* from);

    /// <summary>A unit of the picture in every lane.</summary>
    static abstract TVector Broadcast(byte* unit);

    /// <summary>Adds to each sum the products of the numbers of two units.</summary>
    static abstract TVector Dot(TVector sum, TVector picture, TVector weights);

    /// <summary>Writes all sums as bytes: as floats times the factors, clamped, rounded half to even, moved by the zero point.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="sum">The sums.</param>
    /// <param name="factors">As many as a vector holds.</param>
    /// <param name="range">Bounds and zero point.</param>
    static abstract void Store(byte* to, TVector sum, float* factors, in ByteRange range);
}
