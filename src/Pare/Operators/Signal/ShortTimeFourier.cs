using System.Numerics;

namespace Pare.Operators;

/// <summary>
/// The Fourier transforms of overlapping frames of a signal (ONNX: STFT). Inputs: signal [N, length, 1 or 2], step between frames, window
/// (optional: all ones), frame length (optional: that of the window). Output [N, frames, frequencies, 2].
/// </summary>
public sealed record ShortTimeFourier : Operator
{
    /// <summary>Only the first half of the symmetric spectrum of real signals.</summary>
    public bool OneSided { get; init; } = true;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("STFT", r => new ShortTimeFourier { OneSided = r.Flag("onesided", true) }, SinceOpset: 17);

    /// <inheritdoc/>
    public override string Name => "STFT";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 4);
        s.RealType(0);
        Shape x = s.ShapeOfRank(0, 3, 3);
        if (!s.Has(2) && !s.Has(3)) throw s.Fail("it has neither a window nor a frame length; one of them is needed.");
        if (s.Has(2)) s.SameType(0, 2);
        Dim length = s.Has(3) ? s.Integers(3) is [var given] ? given : s.Unknown(2) : s.ShapeOfRank(2, 1, 1)[0];
        if (length is { IsKnown: true, Constant: < 1 }) throw s.Fail($"its frames have the length {length}.");
        Dim frames = s.Unknown(1);
        if (s.Numbers(1) is [var step])
        {
            if (step < 1) throw s.Fail($"the step between frames is {step}; at least 1 is needed.");
            if (Dim.Divide(x[1] - length, step) is { } more) frames = more + 1;
        }
        if (frames is { IsKnown: true, Constant: < 0 }) frames = 0;
        Dim bins = OneSided ? Dim.Divide(length, 2) is { } half ? half + 1 : s.Unknown(2) : length;
        s.Output(s.Type(0).DType, new Shape([x[0], frames, bins, 2]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        int step = (int)new Wholes(inputs[1]!)[0], parts = x.Dims[2];
        double[]? window = inputs.Length > 2 && inputs[2] is { } given ? new Reals(given).ToArray() : null;
        int length = (int)(KnownValues.Integers(inputs, 3)?[0] ?? window!.Length), used = Math.Min(length, window?.Length ?? length);
        Reals source = new(x), result = new(y);
        for (int frame = 0; frame < y.Dims[0] * y.Dims[1]; frame++)
        {
            int start = frame / y.Dims[1] * x.Dims[1] + frame % y.Dims[1] * step;
            var signal = new Complex[length];
            for (int i = 0; i < used; i++)
                signal[i] = new Complex(source[(start + i) * parts], parts == 2 ? source[(start + i) * parts + 1] : 0) * (window?[i] ?? 1);
            Complex[] spectrum = Fourier.Transform(signal, inverse: false);
            for (int bin = 0; bin < y.Dims[2]; bin++)
            {
                int at = (frame * y.Dims[2] + bin) * 2;
                result[at] = spectrum[bin].Real;
                result[at + 1] = spectrum[bin].Imaginary;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(17, Name);
        w.Flag("onesided", OneSided);
    }
}
