namespace Pare.Operators;

/// <summary>The product of two tensors of integers, broadcast, as integers. Plans are lowered to it, files never hold it.</summary>
/// <param name="ZeroA">The zero point of input 0.</param>
/// <param name="ZeroB">The zero point of input 1.</param>
/// <param name="Factor">The scale of input 0 times that of input 1 over that of the result.</param>
/// <param name="Result">Type, zero point and range of the result.</param>
internal sealed record IntegerMultiply(int ZeroA, int ZeroB, float Factor, IntegerResult Result) : Operator
{
    /// <inheritdoc/>
    public override string Name => "IntegerMultiply";

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => true;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(0, DType.U8, DType.I8);
        s.Holds(1, DType.U8, DType.I8);
        s.Output(Result.Type, Broadcast.Shape(s, 2));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, Broadcast.Shape(s, 2).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Wholes a = new(inputs[0]!), b = new(inputs[1]!), y = new(outputs[0]);
        Operand left = new(inputs[0]!.Shape, outputs[0].Shape), right = new(inputs[1]!.Shape, outputs[0].Shape);
        for (int i = 0; i < y.Length; i++) y[i] = Result.Round((a[left.At(i)] - ZeroA) * (b[right.At(i)] - ZeroB) * Factor);
    }
}
