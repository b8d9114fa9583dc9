namespace Pare.Operators;

/// <summary>Convolution of integers to I32: inputs x, weight, zero point of x (optional), zero point of the weight (optional; one, or one for each output channel).</summary>
public sealed record ConvInteger : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("ConvInteger", r => new ConvInteger { Conv = Conv.Read(r) }, SinceOpset: 10);

    /// <summary>Window and groups.</summary>
    public Conv Conv { get; init; } = new();

    /// <inheritdoc/>
    public override string Name => "ConvInteger";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 4);
        s.Holds(0, DType.U8, DType.I8);
        s.Holds(1, DType.U8, DType.I8);
        if (s.Has(2)) s.SameType(0, 2);
        if (s.Has(3)) s.SameType(1, 3);
        if (s.Has(2) && !Quantization.IsOne(s.Shape(2))) throw s.Fail($"the zero point of x is {s.Shape(2)}; one is needed.");
        if (s.Has(3) && !Quantization.IsOne(s.Shape(3)) && (s.Shape(3).Rank != 1 || !s.Shape(3)[0].Agrees(s.Shape(1)[0])))
            throw s.Fail($"the zero points of the weight are {s.Shape(3)}; one, or {s.Shape(1)[0]}, are needed.");
        s.Output(DType.I32, Conv.OutputShape(s, 0, 1, null));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, weight = inputs[1]!;
        var sums = new double[outputs[0].Length];
        ConvSum.Of(Conv, x.Shape, weight.Shape).AddToOutput(
            Quantization.LessZero(x, inputs.Length > 2 ? inputs[2] : null, 1), Quantization.LessZero(weight, inputs.Length > 3 ? inputs[3] : null, 0), sums);
        Span<int> y = outputs[0].As<int>();
        for (int i = 0; i < y.Length; i++) y[i] = unchecked((int)(long)sums[i]);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(Conv.Macs(s.Shape(0), s.Shape(1)));

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(10, "ConvInteger");
        Conv.Write(w);
    }
}
