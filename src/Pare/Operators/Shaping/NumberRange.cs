namespace Pare.Operators;

/// <summary>start, start + delta, ... below limit, from three scalars (ONNX: Range).</summary>
public sealed record NumberRange : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Range", _ => new NumberRange(), SinceOpset: 11);

    /// <inheritdoc/>
    public override string Name => "Range";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.NumberType(0);
        s.SameType(0, 1);
        s.SameType(0, 2);
        Dim length = s.Unknown(0);
        if (s.Known(0) is { } start && s.Known(1) is { } limit && s.Known(2) is { } delta) length = Count(s, Real(start), Real(limit), Real(delta));
        else if (s.Integers(0) is { } a && s.Integers(1) is { } b && s.Numbers(2) is [1]) length = b[0] - a[0];
        var type = new TensorType(s.Type(0).DType, new Shape([length]));
        s.Output(0, type);
        s.Compute(this, type);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        if (Reals.Holds(y.DType))
        {
            double start = Real(inputs[0]!), delta = Real(inputs[2]!);
            for (int i = 0; i < y.Length; i++) new Reals(y)[i] = start + i * delta;
        }
        else
        {
            long start = new Wholes(inputs[0]!)[0], delta = new Wholes(inputs[2]!)[0];
            for (int i = 0; i < y.Length; i++) new Wholes(y)[i] = start + i * delta;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(11, Name);

    private static Dim Count(InferScope s, double start, double limit, double delta) =>
        delta == 0 ? throw s.Fail("its delta is 0.") : (long)Math.Max(0, Math.Ceiling((limit - start) / delta));

    private static double Real(Tensor scalar) => Reals.Holds(scalar.DType) ? new Reals(scalar)[0] : new Wholes(scalar)[0];
}
