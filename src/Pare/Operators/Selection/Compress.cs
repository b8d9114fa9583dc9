namespace Pare.Operators;

/// <summary>The slices of input 0 along an axis for which the condition (input 1, which may be shorter) holds.</summary>
public sealed record Compress : Operator
{
    /// <summary>The axis; null: the flattened input. Negative counts from the end.</summary>
    public int? Axis { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Compress", r => new Compress { Axis = r.Has("axis") ? r.Int32("axis") : null }, SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "Compress";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.Bool);
        s.ShapeOfRank(1, 1, 1);
        Shape x = s.Shape(0);
        int? axis = Axis is { } wish ? s.Axis(wish, x.Rank) : null;
        Dim length = axis is { } a ? x[a] : x.Product() ?? s.Unknown(0);
        Dim count = s.Unknown(axis ?? 0);
        if (s.Known(1) is { } condition)
        {
            if (length.IsKnown && condition.Length > length.Constant)
                throw s.Fail($"the condition has {condition.Length} elements, there are {length} slices to choose from.");
            count = Chosen(condition).Length;
        }
        s.Output(s.Type(0).DType, axis is { } along ? x.With(along, count) : new Shape([count]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        AxisSlices slices = Axis is { } axis ? AxisSlices.Of(x.Shape, x.Shape.Axis(axis)) : new AxisSlices(1, x.Length, 1);
        int[] chosen = Chosen(inputs[1]!);
        for (int outer = 0; outer < slices.Outer; outer++)
            for (int i = 0; i < chosen.Length; i++)
                Elements.Copy(x, (outer * slices.Length + chosen[i]) * slices.Inner, outputs[0], (outer * chosen.Length + i) * slices.Inner, slices.Inner);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(9, Name);
        if (Axis is < 0) w.Since(11, "Compress at an axis counted from the end");
        if (Axis is { } axis) w.Int("axis", axis);
    }

    private static int[] Chosen(Tensor condition)
    {
        byte[] holds = condition.Bytes.ToArray();
        return [.. AxisTables.Identity(holds.Length).Where(i => holds[i] != 0)];
    }
}
