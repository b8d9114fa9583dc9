namespace Pare.Encodings;

/// <summary>w = s[c] * inner, with one scale for each index c of an axis, or one for the whole weight.</summary>
/// <remarks>
/// Scales always stand outside: Scaled(Sparse(Codebook)), Scaled(Integer). So folding a batch normalization into a weight multiplies
/// scales and leaves what is inside as it is.
/// </remarks>
public sealed class Scaled : WeightEncoding
{
    private readonly AxisSlices _slices;

    /// <summary>The value of <see cref="Axis"/> where one scale stands for the whole weight.</summary>
    public const int WholeWeight = -1;

    /// <summary>Scales an encoding.</summary>
    /// <param name="axis">The axis whose indices have a scale each, or <see cref="WholeWeight"/>.</param>
    /// <param name="scales">As many numbers as the axis is long, shape [C]; shape [1] for the whole weight.</param>
    /// <param name="inner">What is scaled; its shape is the shape of the result.</param>
    /// <exception cref="ArgumentException">The axis is not one of the inner shape's, or the scales are not as many.</exception>
    public Scaled(int axis, WeightEncoding scales, WeightEncoding inner) : base(inner.Shape)
    {
        if (axis != WholeWeight && (axis < 0 || axis >= inner.Shape.Rank))
            throw new ArgumentException($"The axis {axis} is not one of {inner.Shape}; -1 stands for the whole weight.", nameof(axis));
        int expected = axis == WholeWeight ? 1 : inner.Shape.Fixed[axis];
        if (scales.Shape.Rank != 1 || scales.Length != expected)
            throw new ArgumentException($"The scales of axis {axis} of {inner.Shape} have the shape {scales.Shape}, it must be [{expected}].", nameof(scales));
        Axis = axis;
        Scales = scales;
        Inner = inner;
        _slices = axis == WholeWeight ? new AxisSlices(1, 1, Length) : AxisSlices.Of(Shape, axis);
    }

    /// <summary>How a scaled encoding is read from a file.</summary>
    public static EncodingSpec Spec { get; } = new("scaled", Read);

    /// <summary>The axis of the scales, or <see cref="WholeWeight"/>.</summary>
    public int Axis { get; }

    /// <summary>The scales, shape [C] or [1].</summary>
    public WeightEncoding Scales { get; }

    /// <summary>What is scaled.</summary>
    public WeightEncoding Inner { get; }

    /// <inheritdoc/>
    public override string Kind => Spec.Name;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, WeightEncoding Encoding)> Children => [("scales", Scales), ("inner", Inner)];

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination)
    {
        Inner.Decode(start, destination);
        using var scratch = new Rented<float>(Scales.Length);
        Multiply(start, Values(Scales, scratch.Span), destination, destination);
    }

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into)
    {
        using var scratch = new Rented<float>(Scales.Length);
        using var whole = new Rented<float>(Length);
        Span<float> values = whole.Span;
        // dL/ds[c] = sum over channel c of dL/dw * inner
        Inner.Decode(0, values);
        using var sums = new Rented<double>(Scales.Length);
        SumByScale(gradient, values, sums.Span);
        Multiply(0, Values(Scales, scratch.Span), gradient, values);
        Inner.PullBack(values, into);
        Span<float> scaleGradient = scratch.Span;
        for (int c = 0; c < scaleGradient.Length; c++) scaleGradient[c] = (float)sums.Span[c];
        Scales.PullBack(scaleGradient, into);
    }

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where)
    {
        WeightEncoding scales = Scales.MapLeaves(map, where.Child("scales", LeafRole.Scale));
        WeightEncoding inner = Inner.MapLeaves(map, where.Child("inner"));
        return scales == Scales && inner == Inner ? this : new Scaled(Axis, scales, inner);
    }

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) =>
        new Scaled(Axis, axis == Axis ? Scales.Select(0, keep) : Scales, Inner.Select(axis, keep));

    /// <inheritdoc/>
    public override WeightEncoding Freeze()
    {
        WeightEncoding scales = Scales.Freeze(), inner = Inner.Freeze();
        return scales == Scales && inner == Inner ? this : new Scaled(Axis, scales, inner);
    }

    /// <inheritdoc/>
    public override WeightEncoding Surrogate()
    {
        WeightEncoding scales = Scales.Surrogate(), inner = Inner.Surrogate();
        return scales == Scales && inner == Inner ? this : new Scaled(Axis, scales, inner);
    }

    /// <inheritdoc/>
    public override void Write(PartWriter parts)
    {
        parts.Integer("axis", Axis);
        parts.Child("scales", Scales);
        parts.Child("inner", Inner);
    }

    private static Scaled Read(PartReader r)
    {
        int axis = (int)r.Integer("axis", WholeWeight, r.Shape.Rank - 1);
        int expected = axis == WholeWeight ? 1 : r.Shape.Fixed[axis];
        WeightEncoding scales = r.Child("scales", expected);
        WeightEncoding inner = r.Child("inner", r.Length);
        if (!inner.Shape.Equals(r.Shape)) throw r.Fail($"the scaled weight has the shape {r.Shape}, what is inside has {inner.Shape}.");
        if (scales.Shape.Rank != 1 || scales.Length != expected) throw r.Fail($"the scales have the shape {scales.Shape}, expected [{expected}].");
        return new Scaled(axis, scales, inner);
    }

    /// <summary>A dense leaf's own memory, or the decoded values in <paramref name="scratch"/>.</summary>
    internal static ReadOnlySpan<float> Values(WeightEncoding encoding, Span<float> scratch)
    {
        if (encoding is Dense dense) return dense.Values;
        encoding.Decode(0, scratch);
        return scratch;
    }

    // destination[i] = s[c] * source[i], where element start + i stands at index c of the axis
    private void Multiply(long start, ReadOnlySpan<float> scales, ReadOnlySpan<float> source, Span<float> destination)
    {
        (int channel, int left) = Locate(start);
        for (int i = 0; i < destination.Length;)
        {
            int run = Math.Min(left, destination.Length - i);
            float scale = scales[channel];
            Span<float> to = destination.Slice(i, run);
            ReadOnlySpan<float> from = source.Slice(i, run);
            for (int k = 0; k < to.Length; k++) to[k] = from[k] * scale;
            i += run;
            left = _slices.Inner;
            if (++channel == _slices.Length) channel = 0;
        }
    }

    private void SumByScale(ReadOnlySpan<float> gradient, ReadOnlySpan<float> values, Span<double> sums)
    {
        sums.Clear();
        for (int i = 0, channel = 0; i < values.Length;)
        {
            double sum = 0;
            for (int end = i + _slices.Inner; i < end; i++) sum += (double)gradient[i] * values[i];
            sums[channel] += sum;
            if (++channel == _slices.Length) channel = 0;
        }
    }

    /// <summary>The index along the axis of an element, and how many elements from there on share it.</summary>
    private (int Channel, int Left) Locate(long element)
    {
        if (Length == 0) return (0, 0);
        long row = element / _slices.Inner;
        return ((int)(row % _slices.Length), (int)((row + 1) * _slices.Inner - element));
    }
}
