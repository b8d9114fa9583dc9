namespace Pare.Operators;

/// <summary>
/// Convolution of quantized numbers: inputs x, its scale and zero point; weight, scale (one, or one for each output channel) and zero point;
/// scale and zero point of the result; bias (I32 in the scale of x times that of the weight, optional).
/// </summary>
// y[n, o, p] = saturate(round((bias[o] + sum (x - zx)(w - zw[o])) * sx sw[o] / sy) + zy)
public sealed record QLinearConv : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("QLinearConv", r => new QLinearConv { Conv = Conv.Read(r) }, SinceOpset: 10);

    /// <summary>Window and groups.</summary>
    public Conv Conv { get; init; } = new();

    /// <inheritdoc/>
    public override string Name => "QLinearConv";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(8, 9);
        s.Holds(0, DType.U8, DType.I8);
        s.Holds(3, DType.U8, DType.I8);
        foreach (int scale in (ReadOnlySpan<int>)[1, 4, 6]) s.Holds(scale, DType.F32);
        s.SameType(0, 2);
        s.SameType(3, 5);
        s.Holds(7, DType.U8, DType.I8);
        if (s.Has(8)) s.Holds(8, DType.I32);
        Quantization.CheckScales(s, 0, 1, 2, 1, 0);
        Quantization.CheckScales(s, 3, 4, 5, 0, 0);
        s.Output(s.Type(7).DType, Conv.OutputShape(s, 0, 3, 8));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, weight = inputs[3]!, y = outputs[0];
        var sums = new double[y.Length];
        ConvSum.Of(Conv, x.Shape, weight.Shape).AddToOutput(Quantization.LessZero(x, inputs[2], 1), Quantization.LessZero(weight, inputs[5], 0), sums);
        ReadOnlySpan<float> scales = inputs[4]!.Floats;
        long zero = new Wholes(inputs[7]!)[0];
        AxisSlices slices = AxisSlices.Of(y.Shape, 1);
        var to = new Wholes(y);
        for (int i = 0; i < sums.Length; i++)
        {
            int channel = i / slices.Inner % slices.Length;
            long sum = (long)sums[i] + (inputs.Length > 8 && inputs[8] is { } bias ? bias.As<int>()[channel] : 0);
            float factor = inputs[1]!.Floats[0] * scales[scales.Length == 1 ? 0 : channel] / inputs[6]!.Floats[0];
            to[i] = Quantization.Requantize(sum, factor, zero, y.DType);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(Conv.Macs(s.Shape(0), s.Shape(3)));

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(10, "QLinearConv");
        Conv.Write(w);
    }
}
