namespace Pare.Operators;

/// <summary>Input 0, but at [.., indices[.., i, ..], ..] along an axis stands updates[.., i, ..]. Inputs data, indices, updates.</summary>
public sealed record ScatterElements : Operator
{
    private const int FirstOpset = 9, Renamed = 11;

    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; }

    /// <summary>What happens to the element that stands there.</summary>
    public ScatterJoin Join { get; init; }

    /// <summary>How it is read; before opset 11 its name was Scatter.</summary>
    public static IEnumerable<OperatorSpec> Specs => [new("ScatterElements", Read, SinceOpset: FirstOpset), new("Scatter", Read, SinceOpset: FirstOpset)];

    /// <inheritdoc/>
    public override string Name => "ScatterElements";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.Holds(1, DType.I64, DType.I32);
        s.SameType(0, 2);
        Shape x = s.ShapeOfRank(0, 1, int.MaxValue), indices = s.ShapeOfRank(1, x.Rank, x.Rank), updates = s.ShapeOfRank(2, x.Rank, x.Rank);
        int axis = s.Axis(Axis, x.Rank);
        if (indices.Zip(updates).Any(d => !d.First.Agrees(d.Second))) throw s.Fail($"the indices are {indices}, the updates {updates}; they must be as many.");
        for (int a = 0; a < x.Rank; a++)
            if (a != axis && x[a].IsKnown && indices[a].IsKnown && indices[a].Constant > x[a].Constant)
                throw s.Fail($"the indices are {indices}, the data {x}; axis {a} must not be longer.");
        s.Output(0, s.Type(0));
        if (Join == ScatterJoin.None) Moved(s);
        else s.Compute(this, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor indices = inputs[1]!, updates = inputs[2]!, y = outputs[0];
        inputs[0]!.Bytes.CopyTo(y.Bytes);
        int axis = y.Shape.Axis(Axis);
        var place = new int[y.Shape.Rank];
        for (int i = 0; i < indices.Length; i++)
        {
            int rest = i, to = 0;
            for (int a = place.Length - 1; a >= 0; a--) rest = Math.DivRem(rest, indices.Dims[a], out place[a]);
            place[axis] = Elements.Index(new Wholes(indices)[i], y.Dims[axis]);
            for (int a = 0; a < place.Length; a++) to = to * y.Dims[a] + place[a];
            ScatterJoins.Apply(Join, updates, i, y, to);
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (Join is not (ScatterJoin.None or ScatterJoin.Add)) s.Refuse();
        string dy = s.OutputGradient(), indices = s.Node.Input(1);
        if (s.Needs(0)) s.InputGradient(0, Join == ScatterJoin.Add ? dy : s.Add(this, dy, indices, s.Zeros(2)));
        if (s.Needs(2)) s.InputGradient(2, s.Add(new GatherElements { Axis = Axis }, dy, indices));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(FirstOpset, Name);
        if (w.Opset < Renamed) w.Type("Scatter");
        w.Int("axis", Axis);
        ScatterJoins.Write(w, Name, Join);
    }

    // Data and updates are moved, the indices are not, so that both have to stand together for the positions that are followed.
    private void Moved(InferScope s)
    {
        if (!KnownValues.Small(s.Type(0)) || s.Integers(0) is not { } data || s.Integers(2) is not { } updates || s.Known(1) is not { } indices) return;
        if (!s.Shape(2).IsFixed) return;
        Tensor from = Tensor.Of<long>(s.Shape(0), [.. Enumerable.Range(0, data.Length).Select(i => (long)i)]);
        Tensor with = Tensor.Of<long>(s.Shape(2), [.. Enumerable.Range(data.Length, updates.Length).Select(i => (long)i)]);
        var places = new Tensor(DType.I64, s.Shape(0));
        Evaluate([from, indices, with], [places]);
        s.OutputIntegers(0, [.. places.As<long>().ToArray().Select(p => p < data.Length ? data[(int)p] : updates[(int)p - data.Length])]);
    }

    private static ScatterElements Read(OperatorReader r) => new() { Axis = r.Int32("axis", 0), Join = ScatterJoins.Read(r) };
}
