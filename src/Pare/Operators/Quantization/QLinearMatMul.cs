namespace Pare.Operators;

/// <summary>
/// Matrix product of quantized numbers: inputs a, its scale and zero point (one, or one for each row); b, its scale and zero point (one, or one
/// for each column); scale and zero point of the result.
/// </summary>
// y[r, c] = saturate(round(sum (a - za)(b - zb) * sa[r] sb[c] / sy) + zy)
public sealed record QLinearMatMul : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("QLinearMatMul", _ => new QLinearMatMul(), SinceOpset: 10);

    /// <inheritdoc/>
    public override string Name => "QLinearMatMul";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(8, 8);
        s.Holds(0, DType.U8, DType.I8);
        s.Holds(3, DType.U8, DType.I8);
        s.Holds(7, DType.U8, DType.I8);
        foreach (int scale in (ReadOnlySpan<int>)[1, 4, 6]) s.Holds(scale, DType.F32);
        s.SameType(0, 2);
        s.SameType(3, 5);
        foreach (int parameter in (ReadOnlySpan<int>)[1, 2]) IntegerProduct.CheckParameter(s, parameter, 0, isLeft: true);
        foreach (int parameter in (ReadOnlySpan<int>)[4, 5]) IntegerProduct.CheckParameter(s, parameter, 3, isLeft: false);
        foreach (int parameter in (ReadOnlySpan<int>)[6, 7])
            if (!Quantization.IsOne(s.Shape(parameter))) throw new UnsupportedException($"Node {s.Node}: its input {parameter} is {s.Shape(parameter)}; one number is supported.");
        s.Output(s.Type(7).DType, IntegerProduct.OutputShape(s, 0, 3));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0], left = inputs[1]!, right = inputs[4]!, result = inputs[6]!;
        long zero = new Wholes(inputs[7]!)[0];
        IntegerProduct.ForEach(inputs[0]!, inputs[2], inputs[3]!, inputs[5], y.Shape, (at, sum, row, column) =>
        {
            float factor = left.Floats[left.Length == 1 ? 0 : row] * right.Floats[right.Length == 1 ? 0 : column] / result.Floats[0];
            new Wholes(y)[at] = Quantization.Requantize(sum, factor, zero, y.DType);
        });
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => IntegerProduct.Cost(s, 0, 3);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(10, "QLinearMatMul");
}
