namespace Pare.Operators;

/// <summary>
/// Quantizes F32 to U8 over its own range, which is made to hold 0: outputs y, scale = (max - min) / 255 and zero point
/// saturate(round(-min / scale)). Where all numbers are 0, the scale is 1.
/// </summary>
public sealed record DynamicQuantizeLinear : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("DynamicQuantizeLinear", _ => new DynamicQuantizeLinear(), SinceOpset: 11);

    /// <inheritdoc/>
    public override string Name => "DynamicQuantizeLinear";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Holds(0, DType.F32);
        s.Output(0, new TensorType(DType.U8, s.Shape(0)));
        s.Output(1, new TensorType(DType.F32, Shape.Scalar));
        s.Output(2, new TensorType(DType.U8, Shape.Scalar));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ReadOnlySpan<float> x = inputs[0]!.Floats;
        float least = 0, most = 0;
        foreach (float value in x) (least, most) = (MathF.Min(least, value), MathF.Max(most, value));
        float scale = most == least ? 1 : (most - least) / 255;
        byte zero = (byte)Quantization.Quantize(-least, scale, 0, DType.U8);
        if (outputs[0].DType == DType.U8 && outputs[0].Length == x.Length)
            for (int i = 0; i < x.Length; i++) outputs[0].Bytes[i] = (byte)Quantization.Quantize(x[i], scale, zero, DType.U8);
        if (outputs.Length > 1 && outputs[1].Length == 1) outputs[1].Floats[0] = scale;
        if (outputs.Length > 2 && outputs[2].Length == 1) outputs[2].Bytes[0] = zero;
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(11, "DynamicQuantizeLinear");
}
