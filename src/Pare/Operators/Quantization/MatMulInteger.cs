namespace Pare.Operators;

/// <summary>Matrix product of integers to I32: inputs a, b, zero point of a (optional; one, or one for each row), zero point of b (optional; one, or one for each column).</summary>
public sealed record MatMulInteger : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("MatMulInteger", _ => new MatMulInteger(), SinceOpset: 10);

    /// <inheritdoc/>
    public override string Name => "MatMulInteger";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 4);
        s.Holds(0, DType.U8, DType.I8);
        s.Holds(1, DType.U8, DType.I8);
        if (s.Has(2)) s.SameType(0, 2);
        if (s.Has(3)) s.SameType(1, 3);
        IntegerProduct.CheckParameter(s, 2, 0, isLeft: true);
        IntegerProduct.CheckParameter(s, 3, 1, isLeft: false);
        s.Output(DType.I32, IntegerProduct.OutputShape(s, 0, 1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        IntegerProduct.ForEach(
            inputs[0]!, inputs.Length > 2 ? inputs[2] : null, inputs[1]!, inputs.Length > 3 ? inputs[3] : null, y.Shape, (at, sum, _, _) => y.As<int>()[at] = unchecked((int)sum));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => IntegerProduct.Cost(s, 0, 1);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(10, "MatMulInteger");
}
