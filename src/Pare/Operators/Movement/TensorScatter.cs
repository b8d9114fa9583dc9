namespace Pare.Operators;

/// <summary>Input 0 with input 1 written into it along an axis, from the place that input 2 (optional: 0) says for each sample of the first axis.</summary>
public sealed record TensorScatter : Operator
{
    /// <summary>The axis; not the first. Negative counts from the end.</summary>
    public int Axis { get; init; } = -2;

    /// <summary>What does not fit at the end goes to the beginning.</summary>
    public bool Circular { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("TensorScatter", Read, SinceOpset: 24);

    /// <inheritdoc/>
    public override string Name => "TensorScatter";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        s.SameType(0, 1);
        Shape cache = s.ShapeOfRank(0, 2, int.MaxValue), update = s.ShapeOfRank(1, cache.Rank, cache.Rank);
        int axis = s.Axis(Axis, cache.Rank);
        if (axis == 0) throw s.Fail("attribute 'axis' is the first axis, which counts samples.");
        for (int a = 0; a < cache.Rank; a++)
        {
            bool fits = a == axis ? !(cache[a].IsKnown && update[a].IsKnown && update[a].Constant > cache[a].Constant) : cache[a].Agrees(update[a]);
            if (!fits) throw s.Fail($"an update of {update} does not fit into {cache} along axis {axis}.");
        }
        if (s.Has(2)) s.Holds(2, DType.I64);
        if (s.Has(2) && !s.ShapeOfRank(2, 1, 1)[0].Agrees(cache[0])) throw s.Fail($"it has {s.Shape(2)[0]} places to write to for {cache[0]} samples.");
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor update = inputs[1]!, y = outputs[0];
        inputs[0]!.Bytes.CopyTo(y.Bytes);
        int axis = y.Shape.Axis(Axis), steps = update.Dims[axis];
        AxisSlices slices = AxisSlices.Of(y.Shape, axis);
        long[]? starts = KnownValues.Integers(inputs, 2);
        for (int outer = 0; outer < slices.Outer; outer++)
        {
            long start = starts?[outer / (slices.Outer / y.Dims[0])] ?? 0;
            for (int i = 0; i < steps; i++)
            {
                long place = Circular ? (start + i) % slices.Length : start + i;
                Elements.Copy(update, (outer * steps + i) * slices.Inner, y, (outer * slices.Length + Elements.Index(place, slices.Length)) * slices.Inner, slices.Inner);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(24, Name);
        w.Int("axis", Axis);
        w.Text("mode", Circular ? "circular" : "linear");
    }

    private static TensorScatter Read(OperatorReader r) => new()
    {
        Axis = r.Int32("axis", -2),
        Circular = r.Text("mode", "linear") switch
        {
            "linear" => false,
            "circular" => true,
            var other => throw r.Fail($"attribute 'mode' is '{other}'; 'linear' or 'circular' is needed."),
        },
    };
}
