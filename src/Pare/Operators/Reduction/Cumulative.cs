namespace Pare.Operators;

/// <summary>Sums or products of all elements up to each one, along the axis that input 1 names.</summary>
public sealed record Cumulative : Operator
{
    private const int SumSince = 11, ProductSince = 26;

    /// <summary>Products: ONNX's CumProd. Otherwise sums: CumSum.</summary>
    public bool Product { get; init; }

    /// <summary>The element itself does not count.</summary>
    public bool Exclusive { get; init; }

    /// <summary>From the end of the axis.</summary>
    public bool Reverse { get; init; }

    /// <summary>How CumSum and CumProd are read.</summary>
    public static IEnumerable<OperatorSpec> Specs =>
        [new("CumSum", r => Read(r, false), SinceOpset: SumSince), new("CumProd", r => Read(r, true), SinceOpset: ProductSince)];

    /// <inheritdoc/>
    public override string Name => Product ? "CumProd" : "CumSum";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.NumberType(0);
        s.Holds(1, DType.I32, DType.I64);
        if (s.Numbers(1) is { } axis)
        {
            if (axis.Length != 1) throw s.Fail($"its axis ('{s.Node.Input(1)}') has {axis.Length} numbers; one is needed.");
            s.Axis(axis[0], s.Shape(0).Rank);
        }
        s.Output(0, s.Type(0));
        s.Compute(this, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        AxisSlices slices = AxisSlices.Of(x.Shape, x.Shape.Axis(new Wholes(inputs[1]!)[0]));
        for (int row = 0; row < slices.Outer * slices.Inner; row++)
        {
            int start = row / slices.Inner * slices.Length * slices.Inner + row % slices.Inner, step = slices.Inner;
            if (Reverse) (start, step) = (start + (slices.Length - 1) * step, -step);
            if (Reals.Holds(x.DType)) JoinReals(new Reals(x), new Reals(outputs[0]), start, step, slices.Length);
            else JoinWholes(new Wholes(x), new Wholes(outputs[0]), start, step, slices.Length);
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (Product) s.Refuse();
        if (s.Needs(0)) s.InputGradient(0, s.Add(this with { Reverse = !Reverse }, s.OutputGradient(), s.Node.Input(1)));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(Product ? ProductSince : SumSince, Name);
        w.Flag("exclusive", Exclusive);
        w.Flag("reverse", Reverse);
    }

    private static Cumulative Read(OperatorReader r, bool product) =>
        new() { Product = product, Exclusive = r.Flag("exclusive"), Reverse = r.Flag("reverse") };

    private void JoinReals(Reals x, Reals y, int at, int step, int count)
    {
        double so = Product ? 1 : 0;
        for (int i = 0; i < count; i++, at += step)
        {
            double next = Product ? so * x[at] : so + x[at];
            y[at] = Exclusive ? so : next;
            so = next;
        }
    }

    private void JoinWholes(Wholes x, Wholes y, int at, int step, int count)
    {
        long so = Product ? 1 : 0;
        for (int i = 0; i < count; i++, at += step)
        {
            long next = Product ? so * x[at] : so + x[at];
            y[at] = Exclusive ? so : next;
            so = next;
        }
    }
}
