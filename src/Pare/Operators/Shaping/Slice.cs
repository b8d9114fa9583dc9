namespace Pare.Operators;

/// <summary>Every n-th element between two positions of some axes. Inputs: data, starts, ends, axes (optional), steps (optional).</summary>
public sealed partial record Slice : Operator
{
    /// <summary>How it is read: before opset 10 starts, ends and axes are attributes.</summary>
    public static OperatorSpec Spec { get; } = new("Slice", r =>
    {
        if (r.Opset >= 10) return new Slice();
        r.IntsToInput("starts", 1);
        r.IntsToInput("ends", 2);
        r.IntsToInput("axes", 3);
        return new Slice();
    });

    /// <inheritdoc/>
    public override string Name => "Slice";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 5);
        Shape x = s.Shape(0);
        int count = s.ShapeOfRank(1, 1, 1).IsFixed ? s.Shape(1).Fixed[0] : throw s.Fail("how many axes are cut is not known before running.");
        long[] wish = s.Has(3) ? s.Numbers(3) ?? throw s.Fail($"its axes ('{s.Node.Input(3)}') are not known before running.") : [.. Enumerable.Range(0, count)];
        int[] axes = s.Axes(wish, x.Rank);
        long[]? steps = s.Has(4) ? s.Numbers(4) : [.. Enumerable.Repeat(1L, count)];
        if (axes.Length != count || (steps is not null && steps.Length != count) || !s.Shape(2)[0].Agrees(count))
            throw s.Fail($"it has {count} starts, {s.Shape(2)[0]} ends, {axes.Length} axes and {steps?.Length ?? count} steps; they must be as many.");
        if (steps?.Contains(0) == true) throw s.Fail("a step is 0.");
        for (int i = 0; i < count; i++)
        {
            Dim? length = steps is not null && s.Integers(1) is { } starts && s.Integers(2) is { } ends ? SliceAxis.Length(x[axes[i]], starts[i], ends[i], steps[i]) : null;
            x = x.With(axes[i], length ?? s.Unknown(axes[i]));
        }
        var type = new TensorType(s.Type(0).DType, x);
        s.Output(0, type);
        s.Move(this, type);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) =>
        AxisTables.Gather(inputs[0]!, SliceAxis.Tables(inputs[0]!.Shape, inputs[1..]), outputs[0]);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (w.Opset >= 10) return;
        if (w.TakeInput(4) is { } steps && steps.ToInt64s().Any(v => v != 1)) w.Since(10, "Slice with steps");
        w.InputToInts(1, "starts");
        w.InputToInts(2, "ends");
        w.InputToInts(3, "axes");
    }
}
