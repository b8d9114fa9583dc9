namespace Pare.Operators;

/// <summary>
/// Each element once. Outputs: the elements, where each stood first, for each element of the input its place among the unique ones, and
/// how often each stands there; the last three are optional, I64.
/// </summary>
public sealed record Unique : Operator
{
    /// <summary>The axis along which slices are compared; null: elements of the flattened input. Negative counts from the end.</summary>
    public int? Axis { get; init; }

    /// <summary>In ascending order, otherwise in the order in which they stand first.</summary>
    public bool Sorted { get; init; } = true;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new(
        "Unique", r => new Unique { Axis = r.Has("axis") ? r.Int32("axis") : null, Sorted = r.Flag("sorted", true) }, SinceOpset: 11);

    /// <inheritdoc/>
    public override string Name => "Unique";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        Shape x = s.Shape(0);
        int? axis = Axis is { } wish ? s.Axis(wish, x.Rank) : null;
        Dim count = s.Known(0) is { } known ? Find(known).First.Length : s.Unknown(axis ?? 0);
        Dim all = axis is { } a ? x[a] : x.Product() ?? s.Unknown(1);
        s.Output(0, new TensorType(s.Type(0).DType, axis is { } along ? x.With(along, count) : new Shape([count])));
        s.Output(1, new TensorType(DType.I64, new Shape([count])));
        s.Output(2, new TensorType(DType.I64, new Shape([all])));
        s.Output(3, new TensorType(DType.I64, new Shape([count])));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        (int[] first, int[] place, int[] times) = Find(x);
        if (outputs[0] is { } y && y.DType == x.DType)
        {
            AxisSlices slices = Slices(x.Shape);
            for (int outer = 0; outer < slices.Outer; outer++)
                for (int u = 0; u < first.Length; u++)
                    Elements.Copy(x, (outer * slices.Length + first[u]) * slices.Inner, y, (outer * first.Length + u) * slices.Inner, slices.Inner);
        }
        Fill(outputs, 1, first);
        Fill(outputs, 2, place);
        Fill(outputs, 3, times);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(11, Name);
        if (Axis is { } axis) w.Int("axis", axis);
        w.Flag("sorted", Sorted);
    }

    private static void Fill(ReadOnlySpan<Tensor> outputs, int output, int[] values)
    {
        if (output >= outputs.Length || outputs[output] is not { DType: DType.I64 } y) return;
        for (int i = 0; i < values.Length; i++) y.As<long>()[i] = values[i];
    }

    private AxisSlices Slices(Shape x) => Axis is { } axis ? AxisSlices.Of(x, x.Axis(axis)) : new AxisSlices(1, (int)x.Elements, 1);

    private (int[] First, int[] Place, int[] Times) Find(Tensor x)
    {
        AxisSlices slices = Slices(x.Shape);
        int[] order = AxisTables.Identity(slices.Length);
        Array.Sort(order, (a, b) => Compare(x, slices, a, b) is var by && by != 0 ? by : a - b);
        // Equal slices are neighbours now, the first one first.
        var groups = new List<(int First, int Times)>();
        var group = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            if (i == 0 || Compare(x, slices, order[i - 1], order[i]) != 0) groups.Add((order[i], 0));
            groups[^1] = (groups[^1].First, groups[^1].Times + 1);
            group[order[i]] = groups.Count - 1;
        }
        int[] listed = AxisTables.Identity(groups.Count);
        if (!Sorted) Array.Sort(listed, (a, b) => groups[a].First - groups[b].First);
        var rank = new int[listed.Length];
        for (int u = 0; u < listed.Length; u++) rank[listed[u]] = u;
        return ([.. listed.Select(g => groups[g].First)], [.. group.Select(g => rank[g])], [.. listed.Select(g => groups[g].Times)]);
    }

    private static int Compare(Tensor x, AxisSlices slices, int a, int b)
    {
        for (int outer = 0; outer < slices.Outer; outer++)
            for (int inner = 0; inner < slices.Inner; inner++)
            {
                int order = Elements.Compare(x, (outer * slices.Length + a) * slices.Inner + inner, (outer * slices.Length + b) * slices.Inner + inner);
                if (order != 0) return order;
            }
        return 0;
    }
}
