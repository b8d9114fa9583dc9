namespace Pare.Operators;

/// <summary>The middle of the input, or the input in the middle of zeros, with the lengths of input 1. Odd differences leave one more at the end.</summary>
public sealed record CenterCropPad : Operator
{
    /// <summary>The axes whose lengths input 1 holds; empty: all. Negative ones count from the end.</summary>
    public ValueList<int> Axes { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("CenterCropPad", r => new CenterCropPad { Axes = r.IntList("axes") }, SinceOpset: 18);

    /// <inheritdoc/>
    public override string Name => "CenterCropPad";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I32, DType.I64);
        Shape x = s.Shape(0);
        int[] axes = Axes.IsEmpty ? AxisTables.Identity(x.Rank) : s.Axes(Axes.Select(a => (long)a), x.Rank);
        if (!s.ShapeOfRank(1, 1, 1)[0].Agrees(axes.Length)) throw s.Fail($"it has {s.Shape(1)[0]} lengths for {axes.Length} axes.");
        for (int i = 0; i < axes.Length; i++) x = x.With(axes[i], s.Integers(1) is { } lengths ? lengths[i] : s.Unknown(axes[i]));
        s.Output(s.Type(0).DType, x);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        y.Bytes.Clear();
        AxisTables.Gather(x, [.. y.Dims.Select((length, axis) => Places(x.Dims[axis], length))], y);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (!s.Needs(0)) return;
        Shape x = s.Type(0).Shape;
        int[] axes = Axes.IsEmpty ? AxisTables.Identity(x.Rank) : [.. Axes.Select(a => x.Axis(a))];
        if (axes.Any(a => !x[a].IsKnown)) s.Refuse();
        s.InputGradient(0, s.Add(this, s.OutputGradient(), s.Constant(Tensor.Vector<long>([.. axes.Select(a => x[a].Constant)]))));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(18, Name);
        w.IntList("axes", Axes);
    }

    private static int[] Places(int from, int to)
    {
        int shift = to > from ? -((to - from) / 2) : (from - to) / 2;
        return [.. Enumerable.Range(0, to).Select(i => i + shift is var at && at >= 0 && at < from ? at : -1)];
    }
}
