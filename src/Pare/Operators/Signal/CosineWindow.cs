namespace Pare.Operators;

/// <summary>A window a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N) of the length that the input says: ONNX's Hann-, Hamming- and BlackmanWindow.</summary>
/// <param name="Kind">Which one.</param>
public sealed record CosineWindow(CosineWindowKind Kind) : Operator
{
    private const int FirstOpset = 17;

    /// <summary>N is the length, so that the window continues; otherwise N is one less, so that it is symmetric.</summary>
    public bool Periodic { get; init; } = true;

    /// <summary>Element type.</summary>
    public DType Type { get; init; } = DType.F32;

    /// <summary>How the windows are read.</summary>
    public static IEnumerable<OperatorSpec> Specs => [Spec(CosineWindowKind.Hann), Spec(CosineWindowKind.Hamming), Spec(CosineWindowKind.Blackman)];

    private static OperatorSpec Spec(CosineWindowKind kind) => new(
        NameOf(kind),
        r => new CosineWindow(kind) { Periodic = r.Flag("periodic", true), Type = OnnxTypes.Of(r, r.Int32("output_datatype", 1)) },
        SinceOpset: FirstOpset);

    /// <inheritdoc/>
    public override string Name => NameOf(Kind);

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Holds(0, DType.I32, DType.I64);
        s.Output(Type, new Shape([s.Integers(0) is [var length] ? length : s.Unknown(0)]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        (double a0, double a1, double a2) = Kind switch
        {
            CosineWindowKind.Hann => (0.5, 0.5, 0),
            CosineWindowKind.Hamming => (25 / 46.0, 21 / 46.0, 0),
            _ => (0.42, 0.5, 0.08),
        };
        double period = Math.Max(1, Periodic ? y.Length : y.Length - 1);
        for (int n = 0; n < y.Length; n++)
        {
            double angle = 2 * Math.PI * n / period, value = y.Length == 1 ? 1 : a0 - a1 * Math.Cos(angle) + a2 * Math.Cos(2 * angle);
            if (Reals.Holds(Type)) new Reals(y)[n] = value;
            else new Wholes(y)[n] = (long)value;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(FirstOpset, Name);
        w.Flag("periodic", Periodic);
        w.Int("output_datatype", OnnxTypes.Number(Type));
    }

    private static string NameOf(CosineWindowKind kind) => kind switch
    {
        CosineWindowKind.Hann => "HannWindow",
        CosineWindowKind.Hamming => "HammingWindow",
        _ => "BlackmanWindow",
    };
}
