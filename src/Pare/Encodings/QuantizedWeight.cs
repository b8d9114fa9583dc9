namespace Pare.Encodings;

/// <summary>A weight as integers and scales, w = s * code, whatever tree it is stored as: what integer arithmetic and integer file formats need.</summary>
/// <remarks>
/// Trees that are one: any nesting of Sparse, Codebook and Scaled over Integer in which the scales can be drawn out: Scaled(Integer),
/// Scaled(Sparse(Integer)), Sparse(Scaled(whole, Integer)), Codebook(table Scaled(whole, Integer)), Scaled(Codebook(table Integer)), and all of
/// these with BinaryWeight in the place of Integer. The numbers
/// s * code are those that the tree decodes to, equal in every case; only -0 may become 0.
/// </remarks>
internal sealed class QuantizedWeight
{
    private QuantizedWeight(Shape shape, short[] codes, int axis, int block, float[] scales)
    {
        Shape = shape;
        Codes = codes;
        Axis = axis;
        Block = block;
        Scales = scales;
        (int least, int most) = (0, 0);
        foreach (short code in codes) (least, most) = (Math.Min(least, code), Math.Max(most, code));
        (Least, Most) = (least, most);
        Bits = 2;
        while (least < -(1 << (Bits - 1)) || most >= 1 << (Bits - 1)) Bits++;
    }

    /// <summary>Shape of the weight.</summary>
    public Shape Shape { get; }

    /// <summary>The integers less their zero point, row-major.</summary>
    public short[] Codes { get; }

    /// <summary>The axis of the scales, or <see cref="Scaled.WholeWeight"/>.</summary>
    public int Axis { get; }

    /// <summary>How many numbers along the axis share a scale; 0: no blocks.</summary>
    public int Block { get; }

    /// <summary>Positive finite scales, of the shape <see cref="Scaled.ScaleShape"/>.</summary>
    public float[] Scales { get; }

    /// <summary>The least of 0 and all codes.</summary>
    public int Least { get; }

    /// <summary>The greatest of 0 and all codes.</summary>
    public int Most { get; }

    /// <summary>The fewest bits, 2 to 16, of two's complement that hold every code.</summary>
    public int Bits { get; }

    /// <summary>True where every code is a signed byte.</summary>
    public bool FitsI8 => Bits <= 8;

    /// <summary>The integers and scales of a weight; null where it is not made of integers, or not exactly.</summary>
    public static QuantizedWeight? Of(WeightEncoding weight)
    {
        if (!IsOfIntegers(weight) || Draw(weight) is not { } drawn) return null;
        var codes = new short[drawn.Codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            if (drawn.Codes[i] is < short.MinValue or > short.MaxValue) return null;
            codes[i] = (short)drawn.Codes[i];
        }
        Scaled? by = drawn.By;
        var quantized = new QuantizedWeight(weight.Shape, codes, by?.Axis ?? Scaled.WholeWeight, by?.Block ?? 0, by?.Scales.ToArray() ?? [1f]);
        return quantized.WithPositiveScales() is { } positive && positive.Decodes(weight) ? positive : null;
    }

    /// <summary>The codes as signed bytes.</summary>
    /// <exception cref="InvalidOperationException">One does not fit; see <see cref="FitsI8"/>.</exception>
    public sbyte[] ToI8() => FitsI8 ? Array.ConvertAll(Codes, c => (sbyte)c) : throw new InvalidOperationException($"Codes of {Bits} bits are no bytes.");

    /// <summary>The same as an encoding.</summary>
    /// <param name="bits">Width of the codes: 2 to 8 or 16, at least <see cref="Bits"/>.</param>
    public Scaled ToEncoding(int bits) => new(
        Axis, new Dense(Scaled.ScaleShape(Shape, Axis, Block), Scales), Integer.Of(Shape, bits, Array.ConvertAll(Codes, c => (int)c), 0, isSigned: true), Block);

    // A tree is drawn out to integers and the one Scaled among its nodes, if any, seen as if it stood outside.
    private static (int[] Codes, Scaled? By)? Draw(WeightEncoding weight)
    {
        switch (weight)
        {
            case Integer or BinaryWeight:
                return (Whole(weight.ToArray())!, null);
            case Dense dense: // the distinct values of a ternary codebook, for example
                return Whole(dense.Values) is { } whole ? (whole, null) : null;
            case Scaled scaled:
                return Draw(scaled.Inner) is ({ } codes, null) ? (codes, scaled) : null;
            case Sparse sparse:
                if (Draw(sparse.Values) is not { } values || !CanStandOutside(values.By)) return null;
                var all = new int[sparse.Length];
                ReadOnlySpan<int> positions = sparse.Positions.Span;
                for (int i = 0; i < positions.Length; i++) all[positions[i]] = values.Codes[i];
                return (all, values.By);
            case Codebook book:
                if (Draw(book.Table) is not { } table || !CanStandOutside(table.By)) return null;
                var indices = new ushort[book.Length];
                book.Indices.Unpack(0, indices);
                return (Array.ConvertAll(indices, i => table.Codes[i]), table.By);
            default:
                return null;
        }
    }

    private static bool CanStandOutside(Scaled? by) => by is null or { Axis: Scaled.WholeWeight };

    private static bool IsOfIntegers(WeightEncoding weight) => weight switch
    {
        Integer or BinaryWeight => true,
        Scaled scaled => !IsDense(scaled.Inner),
        _ => weight.Children.Any(c => IsOfIntegers(c.Encoding)),
    };

    private static bool IsDense(WeightEncoding weight) => weight is Dense || (weight is Scaled scaled && IsDense(scaled.Inner)) || (weight is Sparse sparse && IsDense(sparse.Values));

    private static int[]? Whole(ReadOnlySpan<float> values)
    {
        var whole = new int[values.Length];
        for (int i = 0; i < whole.Length; i++)
        {
            if (!(MathF.Abs(values[i]) <= ushort.MaxValue) || values[i] != MathF.Truncate(values[i])) return null;
            whole[i] = (int)values[i];
        }
        return whole;
    }

    // Folding a batch normalization makes scales negative or 0, which no integer format allows.
    private QuantizedWeight? WithPositiveScales()
    {
        if (!Array.Exists(Scales, s => !(s > 0) || float.IsInfinity(s))) return this;
        if (Array.Exists(Scales, s => !float.IsFinite(s))) return null;
        var signs = new Scaled(Axis, new Dense(Scaled.ScaleShape(Shape, Axis, Block), Array.ConvertAll(Scales, s => (float)MathF.Sign(s))),
            new Dense(Shape, Array.ConvertAll(Codes, c => (float)c)), Block);
        if (Whole(signs.ToArray()) is not { } codes || Array.Exists(codes, c => c is < short.MinValue or > short.MaxValue)) return null;
        return new QuantizedWeight(Shape, Array.ConvertAll(codes, c => (short)c), Axis, Block, Array.ConvertAll(Scales, s => s == 0 ? 1 : MathF.Abs(s)));
    }

    private bool Decodes(WeightEncoding weight)
    {
        float[] expected = weight.ToArray(), found = ToEncoding(16).ToArray();
        for (int i = 0; i < found.Length; i++)
            if (found[i] != expected[i]) return false;
        return true;
    }
}
