namespace Pare.Operators;

/// <summary>The position of the largest (or smallest) element along an axis, as I64; the first one where several are equal.</summary>
public sealed record ArgMax : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; }

    /// <summary>The axis stays, with length 1.</summary>
    public bool KeepAxis { get; init; } = true;

    /// <summary>The last one where several are equal.</summary>
    public bool Last { get; init; }

    /// <summary>The smallest is looked for: ONNX's ArgMin.</summary>
    public bool Smallest { get; init; }

    /// <summary>How ArgMax and ArgMin are read.</summary>
    public static IEnumerable<OperatorSpec> Specs => [new("ArgMax", r => Read(r, false)), new("ArgMin", r => Read(r, true))];

    /// <inheritdoc/>
    public override string Name => Smallest ? "ArgMin" : "ArgMax";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.NumberType(0);
        Shape x = s.Shape(0);
        int axis = s.Axis(Axis, x.Rank);
        s.Output(DType.I64, KeepAxis ? x.With(axis, 1) : new Shape(x.Where((_, a) => a != axis)));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        AxisSlices slices = AxisSlices.Of(x.Shape, x.Shape.Axis(Axis));
        Span<long> y = outputs[0].As<long>();
        for (int at = 0; at < y.Length; at++)
        {
            int start = at / slices.Inner * slices.Length * slices.Inner + at % slices.Inner, best = 0;
            for (int i = 1; i < slices.Length; i++)
                if (Better(x, start + i * slices.Inner, start + best * slices.Inner)) best = i;
            y[at] = best;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Int("axis", Axis);
        if (!KeepAxis) w.Int("keepdims", 0);
        if (!Last) return;
        w.Since(12, "select_last_index");
        w.Flag("select_last_index", true);
    }

    private bool Better(Tensor x, int a, int b)
    {
        int order = Reals.Holds(x.DType) ? new Reals(x)[a].CompareTo(new Reals(x)[b]) : new Wholes(x)[a].CompareTo(new Wholes(x)[b]);
        if (Smallest) order = -order;
        return order > 0 || (order == 0 && Last);
    }

    private static ArgMax Read(OperatorReader r, bool smallest) => new()
    {
        Axis = r.Int32("axis", 0),
        KeepAxis = r.Flag("keepdims", true),
        Last = r.Flag("select_last_index"),
        Smallest = smallest,
    };
}
