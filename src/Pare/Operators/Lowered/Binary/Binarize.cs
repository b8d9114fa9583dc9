namespace Pare.Operators;

/// <summary>The signs of numbers as bits, packed along an axis, see <see cref="Signs"/>: input x (F32), result U32. Plans are lowered to it, files never hold it.</summary>
/// <param name="Axis">The axis, from 0 on.</param>
internal sealed record Binarize(int Axis) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Binarize";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Holds(0, DType.F32);
        Shape x = s.ShapeOfRank(0, Axis + 1, int.MaxValue);
        s.Output(DType.U32, x.With(Axis, Signs.Words(x.Fixed[Axis])));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => Signs.Pack(inputs[0]!, Axis, outputs[0]);
}
