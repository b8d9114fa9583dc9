using System.Numerics;

namespace Pare.Operators;

/// <summary>
/// The discrete Fourier transform along an axis (ONNX: DFT). Inputs: a signal [..., 1] (real) or [..., 2] (complex), its length
/// (optional; it is cut or filled with zeros), the axis (optional: -2).
/// </summary>
public sealed record DiscreteFourier : Operator
{
    private const int AxisInputSince = 20, DefaultAxis = -2;

    /// <summary>The inverse transform.</summary>
    public bool Inverse { get; init; }

    /// <summary>Of a symmetric spectrum only the first half is made, or read where the transform is inverse.</summary>
    public bool OneSided { get; init; }

    /// <summary>How it is read: before opset 20 the axis is an attribute.</summary>
    public static OperatorSpec Spec { get; } = new("DFT", Read, SinceOpset: 17);

    /// <inheritdoc/>
    public override string Name => "DFT";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 3);
        s.RealType(0);
        Shape x = s.ShapeOfRank(0, 2, int.MaxValue);
        if (!x[^1].Agrees(1) && !x[^1].Agrees(2)) throw s.Fail($"input 0 is {x}; its last axis must be 1 (real) or 2 (complex).");
        long wish = s.Has(2) ? s.Numbers(2) is [var found] ? found : throw s.Fail($"its axis ('{s.Node.Input(2)}') is not known before running.") : DefaultAxis;
        int axis = s.Axis(wish, x.Rank);
        if (axis == x.Rank - 1) throw s.Fail($"axis {wish} holds the parts of complex numbers.");
        Dim length = !s.Has(1) ? Inverse && OneSided ? (x[axis] - 1) * 2 : x[axis] : s.Integers(1) is [var given] ? given : s.Unknown(axis);
        Dim made = OneSided && !Inverse ? Dim.Divide(length, 2) is { } half ? half + 1 : s.Unknown(axis) : length;
        s.Output(s.Type(0).DType, x.With(axis, made).With(x.Rank - 1, OneSided && Inverse ? 1 : 2));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape shape = inputs[0]!.Shape;
        int axis = shape.Axis(KnownValues.Integers(inputs, 2)?[0] ?? DefaultAxis), parts = shape.Fixed[^1], made = outputs[0].Dims[^1];
        int length = (int)(KnownValues.Integers(inputs, 1)?[0] ?? (Inverse && OneSided ? 2 * (shape.Fixed[axis] - 1) : shape.Fixed[axis]));
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        AxisSlices from = AxisSlices.Of(shape, axis), to = AxisSlices.Of(outputs[0].Shape, axis);
        int inner = from.Inner / parts;
        for (int row = 0; row < from.Outer * inner; row++)
        {
            int outer = row / inner, place = row % inner;
            var signal = new Complex[length];
            for (int i = 0; i < Math.Min(length, from.Length); i++)
            {
                int at = ((outer * from.Length + i) * inner + place) * parts;
                signal[i] = new Complex(x[at], parts == 2 ? x[at + 1] : 0);
            }
            if (OneSided && Inverse) // the other half mirrors the first; the parts that have to be real are
                for (int i = 0; i <= length / 2; i++)
                    if (i == 0 || 2 * i == length) signal[i] = signal[i].Real;
                    else signal[length - i] = Complex.Conjugate(signal[i]);
            Complex[] result = Fourier.Transform(signal, Inverse);
            for (int i = 0; i < to.Length; i++)
            {
                int at = ((outer * to.Length + i) * inner + place) * made;
                y[at] = result[i].Real;
                if (made == 2) y[at + 1] = result[i].Imaginary;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(17, Name);
        w.Flag("inverse", Inverse);
        w.Flag("onesided", OneSided);
        if (w.Opset < AxisInputSince) w.Int("axis", w.TakeInput(2)?.ToInt64s()[0] ?? DefaultAxis);
    }

    private static DiscreteFourier Read(OperatorReader r)
    {
        if (r.Opset < AxisInputSince) r.SetInput(2, Tensor.Scalar(r.Int("axis", 1)));
        return new DiscreteFourier { Inverse = r.Flag("inverse"), OneSided = r.Flag("onesided") };
    }
}
