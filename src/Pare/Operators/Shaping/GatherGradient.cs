namespace Pare.Operators;

/// <summary>The gradient of a <see cref="Gather"/>'s input: each slice of dy is added where it came from. Inputs dy, shape of x (I64), indices.</summary>
internal sealed record GatherGradient : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; }

    public static OperatorSpec Spec { get; } = new("GatherGradient", r => new GatherGradient { Axis = r.Int32("axis", 0) }, PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "GatherGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.Output(s.RealType(0), s.ShapeFrom(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor dy = inputs[0]!, dx = outputs[0];
        AxisSlices slices = AxisSlices.Of(dx.Shape, dx.Shape.Axis(Axis));
        var indices = new Wholes(inputs[2]!);
        dx.Bytes.Clear();
        for (int outer = 0, at = 0; outer < slices.Outer; outer++)
            for (int i = 0; i < indices.Length; i++, at++)
                ScatterJoins.Apply(
                    ScatterJoin.Add, dy, at * slices.Inner, dx, (outer * slices.Length + Elements.Index(indices[i], slices.Length)) * slices.Inner, slices.Inner);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Int("axis", Axis);
}
