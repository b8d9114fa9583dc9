namespace Pare.Operators;

/// <summary>y[.., i, ..] = x[.., indices[.., i, ..], ..] along an axis; indices have the shape of the output.</summary>
public sealed partial record GatherElements : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("GatherElements", r => new GatherElements { Axis = r.Int32("axis", 0) }, SinceOpset: 11);

    /// <inheritdoc/>
    public override string Name => "GatherElements";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64, DType.I32);
        s.Axis(Axis, s.Shape(0).Rank);
        s.Output(s.Type(0).DType, s.ShapeOfRank(1, s.Shape(0).Rank, s.Shape(0).Rank));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        int axis = x.Shape.Axis(Axis), size = x.DType.Size();
        int[] steps = [.. Enumerable.Range(0, x.Shape.Rank).Select(a => AxisSlices.Of(x.Shape, a).Inner)];
        AxisSlices walk = AxisSlices.Of(y.Shape, axis);
        var indices = new Wholes(inputs[1]!);
        for (int i = 0; i < y.Length; i++)
        {
            int along = i / walk.Inner % walk.Length;
            int from = Broadcast.Offset(i, y.Shape, steps) + (Gather.Index(indices[i], x.Dims[axis]) - along) * steps[axis];
            x.Bytes.Slice(from * size, size).CopyTo(y.Bytes[(i * size)..]);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(11, Name);
        w.Int("axis", Axis);
    }
}
