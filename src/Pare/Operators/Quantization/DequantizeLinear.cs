namespace Pare.Operators;

/// <summary>
/// y = (x - zero) * scale: inputs x (an integer type of up to 32 bits), scale (F32), zero point (optional, of the type of x). Scale and zero
/// point are one, one for each place of an axis, or one for each block along it.
/// </summary>
public sealed record DequantizeLinear : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("DequantizeLinear", Read, SinceOpset: 10);

    /// <summary>The axis that scales belong to where there are several.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>Length of a block along the axis; 0: none.</summary>
    public int Block { get; init; }

    /// <inheritdoc/>
    public override string Name => "DequantizeLinear";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        s.Holds(0, DType.U8, DType.I8, DType.U16, DType.I16, DType.I32);
        s.Holds(1, DType.F32);
        if (s.Has(2)) s.SameType(0, 2);
        Quantization.CheckScales(s, 0, 1, 2, Axis, Block);
        s.Output(DType.F32, s.Shape(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, scales = inputs[1]!;
        Tensor? zeros = inputs.Length > 2 ? inputs[2] : null;
        Func<int, int> at = Quantization.ScaleOf(x.Shape, scales.Shape, Axis, Block);
        var from = new Wholes(x);
        Span<float> y = outputs[0].Floats;
        for (int i = 0; i < y.Length; i++) y[i] = (from[i] - (zeros is null ? 0 : new Wholes(zeros)[at(i)])) * scales.Floats[at(i)];
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(10, "DequantizeLinear");
        if (w.InputType(1) is { } scales && !Quantization.IsOne(scales.Shape)) w.Since(13, "A scale for each channel");
        if (w.Opset >= 13 && Axis != 1) w.Int("axis", Axis);
        if (w.InputType(0) is { DType: DType.U16 or DType.I16 }) w.Since(21, "Quantized numbers of 16 bits");
        if (Block == 0) return;
        w.Since(21, "A scale for each block");
        w.Int("block_size", Block);
    }

    private static DequantizeLinear Read(OperatorReader r)
    {
        if (r.Int("output_dtype", 0) is var code and not 0 && OnnxTypes.Of(r, (int)code) != DType.F32)
            throw new UnsupportedException($"Node '{r.NodeName}' (DequantizeLinear): its output_dtype {code} is not supported; float is.");
        return new() { Axis = r.Int32("axis", 1), Block = r.Int32("block_size", 0, least: 0) };
    }
}
