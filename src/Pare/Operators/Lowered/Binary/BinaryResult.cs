namespace Pare.Operators;

/// <summary>
/// What becomes of the sums of a binary layer. As numbers, y = sum * factor + bias, rounded after each step; as bits, y = +1 where the sum is at
/// least the channel's limit: batch normalization, scale and sign in one comparison.
/// </summary>
/// <param name="IsBits">As bits, packed along the channels.</param>
internal readonly record struct BinaryResult(bool IsBits)
{
    /// <summary>Most terms of a sum: kernels hold a sum, and one more, in 16 bits.</summary>
    public const int MostTerms = short.MaxValue - 1;

    /// <summary>Checks the inputs that follow x and weight: factors and bias (F32 [O], the bias may be absent), or limits (I32 [O]).</summary>
    public void Check(InferScope s, Dim channels)
    {
        s.Inputs(3, IsBits ? 3 : 4);
        s.Holds(2, IsBits ? DType.I32 : DType.F32);
        if (s.Has(3)) s.Holds(3, DType.F32);
        for (int i = 2; i < 4; i++)
        {
            if (s.Has(i) && !s.ShapeOfRank(i, 1, 1)[0].Agrees(channels))
                throw s.Fail($"input {i} is {s.Shape(i)}; one number for each of the {channels} channels is needed.");
        }
    }

    /// <summary>The type of the result.</summary>
    public TensorType Type(Shape y, int axis) => IsBits ? new TensorType(DType.U32, y.With(axis, Signs.Words(y.Fixed[axis]))) : new TensorType(DType.F32, y);

    /// <summary>Writes results.</summary>
    /// <param name="sums">Of the shape <paramref name="shape"/>.</param>
    /// <param name="shape">The shape of the result as numbers.</param>
    /// <param name="axis">The channels.</param>
    /// <param name="inputs">Those of the operator.</param>
    /// <param name="y">The result.</param>
    public void Write(ReadOnlySpan<double> sums, Shape shape, int axis, ReadOnlySpan<Tensor?> inputs, Tensor y)
    {
        AxisSlices slices = AxisSlices.Of(shape, axis);
        Tensor numbers = IsBits ? new Tensor(DType.F32, shape) : y;
        Span<float> to = numbers.Floats;
        for (int i = 0; i < to.Length; i++)
        {
            int channel = i / slices.Inner % slices.Length;
            if (IsBits) to[i] = sums[i] >= inputs[2]!.As<int>()[channel] ? 1 : -1;
            else to[i] = Number((int)sums[i], inputs[2]!.Floats[channel], inputs.Length > 3 && inputs[3] is { } bias ? bias.Floats[channel] : 0);
        }
        if (IsBits) Signs.Pack(numbers, axis, y);
    }

    /// <summary>A sum as a number.</summary>
    public static float Number(int sum, float factor, float bias)
    {
        float product = sum * factor;
        return product + bias;
    }
}
