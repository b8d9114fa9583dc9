namespace Pare.Encodings;

/// <summary>w = +1 or -1, one bit each. Scales stand outside, Scaled(BinaryWeight): w = s[c] * (+-1).</summary>
/// <remarks>
/// It has no leaves: signs are not trained, they are fitted again. ONNX files hold it as integers of few bits behind DequantizeLinear, which
/// read back as Scaled(Integer); a plan computes with bits all the same.
/// </remarks>
public sealed class BinaryWeight : WeightEncoding
{
    /// <summary>Wraps signs.</summary>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="signs">As many codes of 1 bit as the shape has elements: 1 stands for +1, 0 for -1.</param>
    /// <exception cref="ArgumentException">The count or the width does not fit.</exception>
    public BinaryWeight(Shape shape, Codes signs) : base(shape)
    {
        if (signs.Count != Length) throw new ArgumentException($"{shape} has {Length} elements, {signs.Count} signs are given.", nameof(signs));
        if (signs.Bits != 1) throw new ArgumentException($"The signs have {signs.Bits} bits each; 1 is needed.", nameof(signs));
        Signs = signs;
    }

    /// <summary>How signs are read from a file.</summary>
    public static EncodingSpec Spec { get; } = new("binary", Read);

    /// <summary>The signs: 1 stands for +1, 0 for -1.</summary>
    public Codes Signs { get; }

    /// <inheritdoc/>
    public override string Kind => Spec.Name;

    /// <summary>The signs of numbers: +1 for those that are at least 0, -1 for all others, NaN too.</summary>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="values">As many numbers as the shape has elements, row-major.</param>
    public static BinaryWeight Of(Shape shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[Codes.ByteCount(1, values.Length)];
        for (int i = 0; i < values.Length; i++)
            if (values[i] >= 0) bytes[i >> 3] |= (byte)(1 << (i & 7));
        return new BinaryWeight(shape, new Codes(1, values.Length, bytes));
    }

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination)
    {
        ReadOnlySpan<byte> bytes = Signs.Bytes.Span;
        for (int i = 0; i < destination.Length; i++)
        {
            long at = start + i;
            destination[i] = ((bytes[(int)(at >> 3)] >> (int)(at & 7)) & 1) * 2 - 1;
        }
    }

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into) { }

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => this;

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) =>
        new BinaryWeight(Shape.With(axis, keep.Length), Signs.Select(AxisSlices.Of(Shape, axis), keep));

    /// <inheritdoc/>
    public override void Write(PartWriter parts)
    {
        using var signs = new Rented<ushort>(Length);
        Signs.Unpack(0, signs.Span);
        parts.Symbols("signs", 1, signs.Span);
    }

    private static BinaryWeight Read(PartReader r)
    {
        ushort[] signs = r.Symbols("signs", 1, r.Length);
        if (signs.Length != r.Length) throw r.Fail($"{signs.Length} signs for {r.Shape}.");
        return new BinaryWeight(r.Shape, Codes.Pack(1, signs));
    }
}
