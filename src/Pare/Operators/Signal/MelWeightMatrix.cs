namespace Pare.Operators;

/// <summary>
/// A matrix [frequencies, bands] of triangles that are evenly spaced on the mel scale. Inputs, scalars: bands, length of the Fourier
/// transform, samples per second, lowest and highest frequency.
/// </summary>
public sealed record MelWeightMatrix : Operator
{
    /// <summary>Element type.</summary>
    public DType Type { get; init; } = DType.F32;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new(
        "MelWeightMatrix", r => new MelWeightMatrix { Type = OnnxTypes.Of(r, r.Int32("output_datatype", 1)) }, SinceOpset: 17);

    /// <inheritdoc/>
    public override string Name => "MelWeightMatrix";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(5, 5);
        for (int i = 0; i < 3; i++) s.Holds(i, DType.I32, DType.I64);
        Dim frequencies = s.Integers(1) is [var length] && Dim.Divide(length, 2) is { } half ? half + 1 : s.Unknown(0);
        s.Output(Type, new Shape([frequencies, s.Integers(0) is [var bands] ? bands : s.Unknown(1)]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        int frequencies = y.Dims[0], bands = y.Dims[1];
        long length = new Wholes(inputs[1]!)[0], rate = new Wholes(inputs[2]!)[0];
        double low = Mel(Elements.Number(inputs[3]!)), high = Mel(Elements.Number(inputs[4]!));
        // As ONNX's reference has it, the range is cut into bands + 2 steps, of which the first bands + 1 are used.
        int[] edges = [.. Enumerable.Range(0, bands + 2).Select(i => (int)Math.Floor((length + 1) * Hertz(low + i * (high - low) / (bands + 2)) / rate))];
        y.Bytes.Clear();
        for (int band = 0; band < bands; band++)
            for (int f = 0; f < frequencies; f++)
            {
                double weight = Triangle(f, edges[band], edges[band + 1], edges[band + 2]);
                if (Reals.Holds(Type)) new Reals(y)[f * bands + band] = weight;
                else new Wholes(y)[f * bands + band] = (long)weight;
            }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(17, Name);
        w.Int("output_datatype", OnnxTypes.Number(Type));
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);

    private static double Triangle(int f, int left, int center, int right)
    {
        if (f >= center && f < right) return (right - f) / (double)(right - center);
        if (f == center) return 1;
        return f >= left && f < center ? (f - left) / (double)(center - left) : 0;
    }
}
