namespace Pare.Encodings;

/// <summary>w = code - zero point: integers of a few bits. The usual affine form is the pair Scaled(Integer).</summary>
/// <remarks>It has no leaves: codes are not trained, they are fitted again.</remarks>
public sealed class Integer : WeightEncoding
{
    private const int Chunk = 1024;

    /// <summary>Wraps integer codes.</summary>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="codes">As many codes as the shape has elements; 1 to 8, or 16 bits each, two's complement where they are signed.</param>
    /// <param name="zeroPoint">The code that stands for 0, in the range of the codes.</param>
    /// <param name="isSigned">True where codes are two's complement.</param>
    /// <exception cref="ArgumentException">The count, the width or the zero point does not fit.</exception>
    public Integer(Shape shape, Codes codes, int zeroPoint, bool isSigned) : base(shape)
    {
        if (codes.Count != Length) throw new ArgumentException($"{shape} has {Length} elements, {codes.Count} codes are given.", nameof(codes));
        if (codes.Bits is not (>= 1 and <= 8 or 16))
            throw new ArgumentException($"The codes have {codes.Bits} bits; 1 to 8 and 16 are possible.", nameof(codes));
        (int least, int most) = Range(codes.Bits, isSigned);
        if (zeroPoint < least || zeroPoint > most)
            throw new ArgumentException($"The zero point {zeroPoint} is not among the codes, {least} to {most}.", nameof(zeroPoint));
        Codes = codes;
        ZeroPoint = zeroPoint;
        IsSigned = isSigned;
    }

    /// <summary>How integers are read from a file.</summary>
    public static EncodingSpec Spec { get; } = new("integer", Read);

    /// <summary>The codes, as unsigned bit patterns.</summary>
    public Codes Codes { get; }

    /// <summary>The code that stands for 0.</summary>
    public int ZeroPoint { get; }

    /// <summary>True where codes are two's complement.</summary>
    public bool IsSigned { get; }

    /// <inheritdoc/>
    public override string Kind => Spec.Name;

    /// <summary>The least and the greatest code of a width.</summary>
    public static (int Least, int Most) Range(int bits, bool isSigned) => isSigned ? (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) : (0, (1 << bits) - 1);

    /// <summary>Packs codes.</summary>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="bits">1 to 8, or 16.</param>
    /// <param name="codes">Row-major codes in the range of the width.</param>
    /// <param name="zeroPoint">The code that stands for 0.</param>
    /// <param name="isSigned">True where codes are two's complement.</param>
    /// <exception cref="ArgumentException">A code is out of range, or the constructor's conditions do not hold.</exception>
    public static Integer Of(Shape shape, int bits, ReadOnlySpan<int> codes, int zeroPoint, bool isSigned)
    {
        (int least, int most) = Range(bits, isSigned);
        var patterns = new ushort[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            if (codes[i] < least || codes[i] > most) throw new ArgumentException($"The code {codes[i]} at {i} is not in {least} to {most}.", nameof(codes));
            patterns[i] = (ushort)(codes[i] & ((1 << bits) - 1));
        }
        return new Integer(shape, Codes.Pack(bits, patterns), zeroPoint, isSigned);
    }

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination)
    {
        Span<ushort> patterns = stackalloc ushort[Chunk];
        int shift = IsSigned ? 32 - Codes.Bits : 0;
        for (int i = 0; i < destination.Length; i += Chunk)
        {
            Span<float> to = destination.Slice(i, Math.Min(Chunk, destination.Length - i));
            Span<ushort> from = patterns[..to.Length];
            Codes.Unpack(checked((int)(start + i)), from);
            for (int k = 0; k < to.Length; k++) to[k] = (from[k] << shift >> shift) - ZeroPoint;
        }
    }

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into) { }

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => this;

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) =>
        new Integer(Shape.With(axis, keep.Length), Codes.Select(AxisSlices.Of(Shape, axis), keep), ZeroPoint, IsSigned);

    /// <inheritdoc/>
    public override void Write(PartWriter parts)
    {
        parts.Integer("bits", Codes.Bits);
        parts.Integer("signed", IsSigned ? 1 : 0);
        parts.Integer("zero", ZeroPoint);
        using var patterns = new Rented<ushort>(Length);
        Codes.Unpack(0, patterns.Span);
        parts.Symbols("codes", Codes.Bits, patterns.Span);
    }

    private static Integer Read(PartReader r)
    {
        int bits = (int)r.Integer("bits", 1, 16);
        if (bits is > 8 and < 16) throw r.Fail($"integers of {bits} bits; 1 to 8 and 16 are possible.");
        bool isSigned = r.Integer("signed", 0, 1) == 1;
        (int least, int most) = Range(bits, isSigned);
        int zero = (int)r.Integer("zero", least, most);
        ushort[] codes = r.Symbols("codes", bits, r.Length);
        if (codes.Length != r.Length) throw r.Fail($"{codes.Length} codes for {r.Shape}.");
        return new Integer(r.Shape, Codes.Pack(bits, codes), zero, isSigned);
    }
}
