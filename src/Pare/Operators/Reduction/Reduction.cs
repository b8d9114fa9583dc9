namespace Pare.Operators;

/// <summary>Many numbers become one along the axes of input 1 (optional: all axes).</summary>
/// <param name="Function">How.</param>
public sealed partial record Reduction(ReductionFunction Function) : Operator
{
    /// <summary>Reduced axes stay, with length 1.</summary>
    public bool KeepAxes { get; init; } = true;

    /// <summary>No axes mean no reduction rather than all axes.</summary>
    public bool NothingWithoutAxes { get; init; }

    /// <summary>How each function is read.</summary>
    public static IEnumerable<OperatorSpec> Specs => ReductionFunction.All.Select(f => new OperatorSpec(f.Name, r => Read(f, r)));

    /// <inheritdoc/>
    public override string Name => Function.Name;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 2);
        if (Function.Whole is null) s.RealType(0);
        else if (!Function.TakesTruth) s.NumberType(0);
        Shape x = s.Shape(0);
        long[]? wish = s.Has(1) ? s.Numbers(1) ?? throw s.Fail($"its axes ('{s.Node.Input(1)}') are not known before running.") : null;
        bool[] reduced = Reduced(s.Axes(wish ?? [], x.Rank), x.Rank);
        IEnumerable<Dim> dims = KeepAxes ? x.Select((d, a) => reduced[a] ? 1 : d) : x.Where((_, a) => !reduced[a]);
        var type = new TensorType(s.Type(0).DType, new Shape(dims));
        s.Output(0, type);
        s.Compute(this, type);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        long[] wish = KnownValues.Integers(inputs, 1) ?? [];
        bool[] reduced = Reduced([.. wish.Select(x.Shape.Axis)], x.Shape.Rank);
        var kept = new Shape(x.Shape.Select((d, a) => reduced[a] ? 1 : d));
        var to = new Operand(kept, x.Shape);
        if (Reals.Holds(x.DType)) ReduceReals(x, to, y);
        else ReduceWholes(x, to, y);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (w.Opset >= Function.AxesInputSince)
        {
            WriteAttributes(w);
            return;
        }
        if (NothingWithoutAxes && (!w.HasInput(1) || w.Constant(1) is { Length: 0 })) w.Since(Function.AxesInputSince, $"{Name} of no axes");
        (this with { NothingWithoutAxes = false }).WriteAttributes(w);
        w.InputToInts(1, "axes");
    }

    internal static Reduction ReadAttributes(ReductionFunction function, OperatorReader r) =>
        new(function) { KeepAxes = r.Flag("keepdims", true), NothingWithoutAxes = r.Flag("noop_with_empty_axes") };

    internal void WriteAttributes(OperatorWriter w)
    {
        if (!KeepAxes) w.Int("keepdims", 0);
        if (NothingWithoutAxes) w.Flag("noop_with_empty_axes", true);
    }

    /// <summary>For each axis whether it is reduced.</summary>
    internal bool[] Reduced(int[] axes, int rank) =>
        [.. Enumerable.Range(0, rank).Select(a => axes.Length == 0 ? !NothingWithoutAxes : axes.Contains(a))];

    private void ReduceReals(Tensor x, Operand to, Tensor y)
    {
        var source = new Reals(x);
        var sums = new double[y.Length];
        Array.Fill(sums, Function.Start);
        for (int i = 0; i < x.Length; i++) sums[to.At(i)] = Function.Join(sums[to.At(i)], source[i]);
        if (Function.Finish is { } finish)
            for (int i = 0; i < sums.Length; i++) sums[i] = finish(sums[i], x.Length / Math.Max(1, y.Length));
        new Reals(y).Set(sums);
    }

    private void ReduceWholes(Tensor x, Operand to, Tensor y)
    {
        var source = new Wholes(x);
        var joined = new long[y.Length];
        Array.Fill(joined, Function.WholeStart);
        for (int i = 0; i < x.Length; i++) joined[to.At(i)] = Function.Whole!(joined[to.At(i)], source[i]);
        var result = new Wholes(y);
        for (int i = 0; i < joined.Length; i++) result[i] = joined[i];
    }

    private static Reduction Read(ReductionFunction function, OperatorReader r)
    {
        if (r.Opset < function.AxesInputSince) r.IntsToInput("axes", 1);
        return ReadAttributes(function, r);
    }
}
