namespace Pare.Operators;

/// <summary>
/// y = saturate(round(x / scale) + zero), half to even: inputs x (F32 or I32), scale (F32), zero point (optional, its type is the result's).
/// Scale and zero point are one, one for each place of an axis, or one for each block along it.
/// </summary>
public sealed record QuantizeLinear : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("QuantizeLinear", Read, SinceOpset: 10);

    /// <summary>The axis that scales belong to where there are several.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>Length of a block along the axis; 0: none.</summary>
    public int Block { get; init; }

    /// <summary>The result's type where there is no zero point; null is U8.</summary>
    public DType? To { get; init; }

    /// <inheritdoc/>
    public override string Name => "QuantizeLinear";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        s.Holds(0, DType.F32, DType.I32);
        s.Holds(1, DType.F32);
        Quantization.CheckScales(s, 0, 1, 2, Axis, Block);
        DType type = s.Has(2) ? s.Type(2).DType : To ?? DType.U8;
        if (s.Has(2)) s.Holds(2, DType.U8, DType.I8, DType.U16, DType.I16);
        if (To is { } wanted && wanted != type) throw s.Fail($"attribute 'output_dtype' is {wanted}, the zero point is {type}; they must be the same.");
        s.Output(type, s.Shape(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, scales = inputs[1]!, y = outputs[0];
        Tensor? zeros = inputs.Length > 2 ? inputs[2] : null;
        Func<int, int> at = Quantization.ScaleOf(x.Shape, scales.Shape, Axis, Block);
        var to = new Wholes(y);
        for (int i = 0; i < y.Length; i++)
        {
            float value = x.DType == DType.F32 ? x.Floats[i] : x.As<int>()[i];
            to[i] = Quantization.Quantize(value, scales.Floats[at(i)], zeros is null ? 0 : new Wholes(zeros)[at(i)], y.DType);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(10, "QuantizeLinear");
        if (w.InputType(1) is { } scales && !Quantization.IsOne(scales.Shape)) w.Since(13, "A scale for each channel");
        if (w.Opset >= 13 && Axis != 1) w.Int("axis", Axis);
        if (Block != 0)
        {
            w.Since(21, "A scale for each block");
            w.Int("block_size", Block);
        }
        if (w.InputType(2) is { DType: DType.U16 or DType.I16 }) w.Since(21, "Quantizing to 16 bits");
        if (To is not { } type) return;
        w.Since(21, "output_dtype");
        w.Int("output_dtype", OnnxTypes.Number(type));
    }

    private static QuantizeLinear Read(OperatorReader r) => new()
    {
        Axis = r.Int32("axis", 1),
        Block = r.Int32("block_size", 0, least: 0),
        To = r.Int("output_dtype", 0) is var code && code == 0 ? null : OnnxTypes.Of(r, (int)code),
    };
}
