namespace Pare.Operators;

/// <summary>The input broadcast with the shape of input 1.</summary>
public sealed partial record Expand : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Expand", _ => new Expand(), SinceOpset: 8);

    /// <inheritdoc/>
    public override string Name => "Expand";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64);
        Shape x = s.Shape(0), wish = s.ShapeOfRank(1, 1, 1);
        if (s.Integers(1) is null && !wish.IsFixed) throw s.Fail($"the new shape ('{s.Node.Input(1)}') is not known before running, not even how many axes it has.");
        Shape shape = s.Integers(1) is { } dims ? Broadcast.Shape(s, x, new Shape(dims)) : s.UnknownShape(Math.Max(x.Rank, wish.Fixed[0]));
        var type = new TensorType(s.Type(0).DType, shape);
        s.Output(0, type);
        s.Move(this, type);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        var operand = new Operand(x.Shape, y.Shape);
        int size = x.DType.Size();
        for (int i = 0; i < y.Length; i++) x.Bytes.Slice(operand.At(i) * size, size).CopyTo(y.Bytes[(i * size)..]);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(8, Name);
}
