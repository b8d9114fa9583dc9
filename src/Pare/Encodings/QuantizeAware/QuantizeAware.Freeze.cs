namespace Pare.Encodings;

public sealed partial class QuantizeAware
{
    /// <inheritdoc/>
    /// <remarks>Exact: the frozen weight decodes to the same bits.</remarks>
    public override WeightEncoding Freeze()
    {
        using var scratch = new Rented<float>(Scales.Length);
        ReadOnlySpan<float> learned = Scaled.Values(Scales, scratch.Span);
        var scales = new float[learned.Length];
        for (int c = 0; c < scales.Length; c++) scales[c] = Steps.Of(learned[c]);
        return new Scaled(Axis, new Dense(Shape.Of(scales.Length), scales), Codes(scales));
    }

    // Zeros of a pruned weight are not stored: the codes of the other numbers stand where these stood.
    private WeightEncoding Codes(float[] scales)
    {
        var latent = new float[Length];
        Latent.Decode(0, latent);
        if (Latent is not Sparse sparse) return Integer.Of(Shape, Bits, CodesOf(latent, scales, null), 0, isSigned: true);
        int[] positions = sparse.Positions.ToArray();
        return new Sparse(
            Shape, positions, Integer.Of(Pare.Shape.Of(positions.Length), Bits, CodesOf(latent, scales, positions), 0, isSigned: true), sparse.IndexBits);
    }

    private int[] CodesOf(float[] latent, float[] scales, int[]? positions)
    {
        var codes = new int[positions?.Length ?? latent.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            int at = positions?[i] ?? i;
            float level = MathF.Round(latent[at] / scales[at / _slices.Inner % _slices.Length], MidpointRounding.ToEven);
            codes[i] = float.IsNaN(level) ? 0 : (int)Math.Clamp(level, Low, High);
        }
        return codes;
    }

    /// <inheritdoc/>
    public override WeightEncoding Surrogate() => new Smooth(this);

    /// <summary>
    /// w = s' (clip(latent / s', low, high) + d): d = round(v) - v is what rounding added at the numbers that the leaves held when it was
    /// made, 0 outside of the range; s' = s + f (s_now - s), f the factor of the steps' gradient.
    /// </summary>
    private sealed class Smooth : WeightEncoding
    {
        private readonly QuantizeAware _of;
        private readonly float[] _steps, _rounding;

        public Smooth(QuantizeAware of) : base(of.Shape)
        {
            _of = of;
            _steps = of.Scales.ToArray();
            float[] latent = of.Latent.ToArray();
            _rounding = new float[latent.Length];
            for (int i = 0; i < latent.Length; i++)
            {
                float v = latent[i] / Steps.Of(_steps[of.Run(i, 1).Channel]);
                _rounding[i] = v < of.Low || v > of.High ? 0 : MathF.Round(v) - v;
            }
        }

        public override string Kind => "smooth";

        public override void Decode(long start, Span<float> destination)
        {
            _of.Latent.Decode(start, destination);
            float[] now = _of.Scales.ToArray();
            for (int i = 0; i < destination.Length; i++)
            {
                int channel = _of.Run(start + i, 1).Channel;
                double step = Math.Abs(_steps[channel] + _of.GradientScale * ((double)now[channel] - _steps[channel]));
                destination[i] = (float)(step * (Math.Clamp(destination[i] / step, _of.Low, _of.High) + _rounding[start + i]));
            }
        }

        public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into) => _of.PullBack(gradient, into);

        public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => throw new NotSupportedException("A surrogate is only decoded.");

        public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) => throw new NotSupportedException("A surrogate is only decoded.");

        public override void Write(PartWriter parts) => throw new NotSupportedException("A surrogate is only decoded.");
    }
}
