namespace Pare.Encodings;

/// <summary>w = s[c] clip(round(latent / s[c]), low, high), half to even: how a weight of few bits is trained. It freezes to Scaled(Integer).</summary>
/// <remarks>
/// The latent numbers and the steps s are leaves and learn; see <see cref="PullBack"/>. A latent 0 decodes to 0, so the zeros of a pruned weight
/// stay: QuantizeAware(Sparse) freezes to Scaled(Sparse(Integer)). Steps are read by their magnitude, so that none can become negative.
/// Esser, McKinstry, Bablani, Appuswamy, Modha, "Learned Step Size Quantization", ICLR 2020.
/// </remarks>
public sealed partial class QuantizeAware : WeightEncoding
{
    /// <summary>The fewest and the most bits of a code.</summary>
    public const int LeastBits = 2, MostBits = 8;

    private readonly AxisSlices _slices;

    /// <summary>Wraps latent numbers.</summary>
    /// <param name="axis">The axis whose indices have a step each, or <see cref="Scaled.WholeWeight"/>.</param>
    /// <param name="scales">The steps: shape [C], or [1] for the whole weight.</param>
    /// <param name="latent">The numbers that are rounded; their shape is the shape of the result.</param>
    /// <param name="bits">2 to 8.</param>
    /// <param name="isSymmetric">Codes from -(2^(bits-1) - 1) on, otherwise from -2^(bits-1); the greatest is 2^(bits-1) - 1 either way.</param>
    /// <exception cref="ArgumentException">The axis, the width or the number of steps does not fit.</exception>
    public QuantizeAware(int axis, WeightEncoding scales, WeightEncoding latent, int bits, bool isSymmetric) : base(latent.Shape)
    {
        if (axis != Scaled.WholeWeight && (axis < 0 || axis >= latent.Shape.Rank))
            throw new ArgumentException($"The axis {axis} is not one of {latent.Shape}; -1 stands for the whole weight.", nameof(axis));
        if (bits is < LeastBits or > MostBits) throw new ArgumentException($"The codes have {bits} bits; {LeastBits} to {MostBits} are possible.", nameof(bits));
        int expected = axis == Scaled.WholeWeight ? 1 : latent.Shape.Fixed[axis];
        if (scales.Shape.Rank != 1 || scales.Length != expected)
            throw new ArgumentException($"The scales of axis {axis} of {latent.Shape} have the shape {scales.Shape}, it must be [{expected}].", nameof(scales));
        (Axis, Scales, Latent, Bits, IsSymmetric) = (axis, scales, latent, bits, isSymmetric);
        (Low, High) = Range(bits, isSymmetric);
        _slices = axis == Scaled.WholeWeight ? new AxisSlices(1, 1, Length) : AxisSlices.Of(Shape, axis);
    }

    /// <summary>How a quantize-aware weight is read from a file.</summary>
    public static EncodingSpec Spec { get; } = new("quantize-aware", Read);

    /// <summary>The axis of the steps, or <see cref="Scaled.WholeWeight"/>.</summary>
    public int Axis { get; }

    /// <summary>The steps, shape [C] or [1].</summary>
    public WeightEncoding Scales { get; }

    /// <summary>The numbers that are rounded.</summary>
    public WeightEncoding Latent { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>True where the least code is the greatest one's negative.</summary>
    public bool IsSymmetric { get; }

    /// <summary>The least code.</summary>
    public int Low { get; }

    /// <summary>The greatest code.</summary>
    public int High { get; }

    /// <inheritdoc/>
    public override string Kind => Spec.Name;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, WeightEncoding Encoding)> Children => [("scales", Scales), ("latent", Latent)];

    /// <summary>The least and the greatest code.</summary>
    /// <param name="bits">2 to 8.</param>
    /// <param name="isSymmetric">Whether the least is the greatest one's negative.</param>
    public static (int Low, int High) Range(int bits, bool isSymmetric)
    {
        int high = (1 << (bits - 1)) - 1;
        return (isSymmetric ? -high : -high - 1, high);
    }

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination)
    {
        Latent.Decode(start, destination);
        using var scratch = new Rented<float>(Scales.Length);
        ReadOnlySpan<float> scales = Scaled.Values(Scales, scratch.Span);
        for (int i = 0; i < destination.Length;)
        {
            (int channel, int run) = Run(start + i, destination.Length - i);
            Span<float> some = destination.Slice(i, run);
            Steps.Quantize(some, some, Steps.Of(scales[channel]), Low, High);
            i += run;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Straight through to a latent number within the range, 0 outside. To a step the sum of g (round(v) - v) over v = latent / s within the
    /// range and g low or g high outside, times 1 / sqrt(count * high), count numbers sharing the step: with that factor, which is no part of
    /// the adjoint, steps learn at the rate of the weights (Esser et al., section 2.2).
    /// </remarks>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into)
    {
        using var latents = new Rented<float>(Length);
        using var passed = new Rented<float>(Length);
        using var scratch = new Rented<float>(Scales.Length);
        using var totals = new Rented<double>(Scales.Length);
        ReadOnlySpan<float> latent = Scaled.Values(Latent, latents.Span), scales = Scaled.Values(Scales, scratch.Span);
        totals.Span.Clear();
        for (int i = 0; i < Length;)
        {
            (int channel, int run) = Run(i, Length - i);
            totals.Span[channel] += Steps.PullBack(
                gradient.Slice(i, run), latent.Slice(i, run), passed.Span.Slice(i, run), Steps.Of(scales[channel]), Low, High, StepRule.Lsq);
            i += run;
        }
        Latent.PullBack(passed.Span, into);
        double factor = GradientScale;
        using var rounded = new Rented<float>(Scales.Length);
        for (int c = 0; c < rounded.Span.Length; c++) rounded.Span[c] = (float)(totals.Span[c] * factor * Steps.Sign(scales[c]));
        Scales.PullBack(rounded.Span, into);
    }

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where)
    {
        WeightEncoding scales = Scales.MapLeaves(map, where.Child("scales", LeafRole.Scale));
        WeightEncoding latent = Latent.MapLeaves(map, where.Child("latent"));
        return scales == Scales && latent == Latent ? this : new QuantizeAware(Axis, scales, latent, Bits, IsSymmetric);
    }

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) =>
        new QuantizeAware(Axis, axis == Axis ? Scales.Select(0, keep) : Scales, Latent.Select(axis, keep), Bits, IsSymmetric);

    /// <inheritdoc/>
    public override void Write(PartWriter parts)
    {
        parts.Integer("axis", Axis);
        parts.Integer("bits", Bits);
        parts.Integer("symmetric", IsSymmetric ? 1 : 0);
        parts.Child("scales", Scales);
        parts.Child("latent", Latent);
    }

    private static QuantizeAware Read(PartReader r)
    {
        int axis = (int)r.Integer("axis", Scaled.WholeWeight, r.Shape.Rank - 1);
        int bits = (int)r.Integer("bits", LeastBits, MostBits);
        bool symmetric = r.Integer("symmetric", 0, 1) == 1;
        int expected = axis == Scaled.WholeWeight ? 1 : r.Shape.Fixed[axis];
        WeightEncoding scales = r.Child("scales", expected), latent = r.Child("latent", r.Length);
        if (!latent.Shape.Equals(r.Shape)) throw r.Fail($"the weight has the shape {r.Shape}, its latent numbers have {latent.Shape}.");
        if (scales.Shape.Rank != 1 || scales.Length != expected) throw r.Fail($"the scales have the shape {scales.Shape}, expected [{expected}].");
        return new QuantizeAware(axis, scales, latent, bits, symmetric);
    }

    private double GradientScale => Steps.GradientScale(StepRule.Lsq, Length / Math.Max(1, Scales.Length), High);

    /// <summary>The index along the axis of an element, and how many of the next ones share it, at most <paramref name="most"/>.</summary>
    private (int Channel, int Count) Run(long element, int most)
    {
        long row = element / _slices.Inner;
        return ((int)(row % _slices.Length), (int)Math.Min((row + 1) * _slices.Inner - element, most));
    }
}
