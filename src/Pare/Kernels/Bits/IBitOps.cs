namespace Pare.Kernels.Bits;

/// <summary>Vectors of bits of one width, so that one source text serves every instruction set. Lanes are words of 32 bits.</summary>
/// <typeparam name="TVector">The vector itself: locals of it live in registers.</typeparam>
internal unsafe interface IBitOps<TVector> where TVector : unmanaged
{
    /// <summary>Bytes of a vector.</summary>
    static abstract int Bytes { get; }

    /// <summary>Throws where the processor lacks the instructions: otherwise a mistake would run, slowly, in software.</summary>
    static abstract void Require();

    /// <summary>The same word in each lane.</summary>
    static abstract TVector Create(uint word);

    /// <summary>Reads a vector.</summary>
    static abstract TVector Load(byte* from);

    /// <summary>Writes a vector.</summary>
    static abstract void Store(byte* to, TVector value);

    /// <summary>a and b.</summary>
    static abstract TVector And(TVector a, TVector b);

    /// <summary>a or b.</summary>
    static abstract TVector Or(TVector a, TVector b);

    /// <summary>a xor b.</summary>
    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>The low bit of the sum of three bits: a xor b xor c.</summary>
    static abstract TVector Sum(TVector a, TVector b, TVector c);

    /// <summary>The high bit of the sum of three bits: what two of them at least are.</summary>
    static abstract TVector Carry(TVector a, TVector b, TVector c);

    /// <summary>The same from the low bit of the sum instead of the first of the three: a where a = b, otherwise what the sum is not.</summary>
    static abstract TVector CarryOfSum(TVector sum, TVector a, TVector b);

    /// <summary>Each lane moved towards its low bits.</summary>
    static abstract TVector Right(TVector value, int count);

    /// <summary>Each lane moved towards its high bits.</summary>
    static abstract TVector Left(TVector value, int count);

    /// <summary>Writes the offsets of those of 32 channels whose bits are set, in any order; gives the end of what it wrote, behind which more may be changed.</summary>
    /// <param name="bits">A bit for each channel.</param>
    /// <param name="choices"><see cref="ChannelChoices.Table"/>.</param>
    /// <param name="lanes">Of a place, see <see cref="ChannelChoices.Lanes"/>.</param>
    /// <param name="first">The offset of channel 0 beside that of the place.</param>
    /// <param name="to">Where to write.</param>
    static abstract ushort* Choose(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to);

    /// <summary>Copies offsets, something added to each; gives the end of what it wrote. Up to 31 numbers behind both ends may be read and changed.</summary>
    static abstract ushort* Move(ushort* from, int count, ushort more, ushort* to);

    /// <summary>
    /// 16 pairs of differences, in the low and the high halves of words, as numbers: y = (2 d + offset) * factor + bias, rounded after each step; the
    /// first 16 of the low halves, the others of the high ones.
    /// </summary>
    static abstract void Numbers(uint* pairs, int* offsets, float* factors, float* biases, float* y);
}
