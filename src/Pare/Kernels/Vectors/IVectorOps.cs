namespace Pare.Kernels.Vectors;

/// <summary>Vectors of one width, so that one source text serves every instruction set.</summary>
/// <typeparam name="TVector">The vector itself: locals of it live in registers.</typeparam>
internal unsafe interface IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>True where 32 vectors fit in registers, otherwise 16 do.</summary>
    static abstract bool ManyRegisters { get; }

    /// <summary>Throws where the processor lacks the instructions: otherwise a mistake would run, slowly, in software.</summary>
    static abstract void Require();

    /// <summary>A vector of one number.</summary>
    static abstract TVector Create(float value);

    /// <summary>Reads a vector.</summary>
    static abstract TVector Load(float* from);

    /// <summary>Reads the first <paramref name="count"/> lanes, 1 to all; the others are 0 and their memory is not touched.</summary>
    static abstract TVector LoadPart(float* from, int count);

    /// <summary>Writes a vector.</summary>
    static abstract void Store(float* to, TVector value);

    /// <summary>Writes the first <paramref name="count"/> lanes, 1 to all; other memory is not touched.</summary>
    static abstract void StorePart(float* to, TVector value, int count);

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a - b.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>a b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>The larger; b where either is NaN.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>The smaller; b where either is NaN.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary>A mask of the lanes where a is the larger, or is NaN and b is not.</summary>
    static abstract TVector Exceeds(TVector a, TVector b);

    /// <summary>A mask of the lanes where both are equal.</summary>
    static abstract TVector Same(TVector a, TVector b);

    /// <summary>The lanes of a where the mask is set, of b elsewhere.</summary>
    static abstract TVector Select(TVector mask, TVector a, TVector b);

    /// <summary>The lanes of a value where low is below y and y below high, 0 elsewhere.</summary>
    static abstract TVector Inside(TVector value, TVector y, TVector low, TVector high);

    /// <summary>Asks for a cache line to be brought into the second cache; any address is fine.</summary>
    static abstract void Prefetch(float* line);

    /// <summary>The larger; NaN where either is NaN.</summary>
    static abstract TVector Largest(TVector a, TVector b);

    /// <summary>a / b.</summary>
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>The square root.</summary>
    static abstract TVector Sqrt(TVector a);
}
