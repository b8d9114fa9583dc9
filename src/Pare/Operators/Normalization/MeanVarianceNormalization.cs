namespace Pare.Operators;

/// <summary>y = (x - mean) / (deviation + 1e-9), both over <see cref="Axes"/>.</summary>
public sealed record MeanVarianceNormalization : Operator
{
    /// <summary>The axes of which all elements share their statistics.</summary>
    public ValueList<int> Axes { get; init; } = [0, 2, 3];

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("MeanVarianceNormalization", r => new MeanVarianceNormalization
    {
        Axes = r.Has("axes") ? r.IntList("axes") : [0, 2, 3],
    }, SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "MeanVarianceNormalization";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.RealType(0);
        s.Axes(Axes.Select(a => (long)a), s.Shape(0).Rank);
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.KeepWithOperands();

    /// <inheritdoc/>
    // mean: 1, variance: 3, quotient: 1
    public override OperatorCost Cost(InferScope s) => new(0, 5 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        Shape shape = inputs[0]!.Shape;
        int[] axes = [.. Axes.Select(a => shape.Axis(a))];
        var groups = Shape.Of([.. shape.Fixed.Select((d, a) => axes.Contains(a) ? 1 : d)]);
        var group = new Operand(groups, shape);
        double count = x.Length / (double)Math.Max(1, groups.Elements);
        double[] means = new double[groups.Elements], variances = new double[groups.Elements];
        for (int i = 0; i < x.Length; i++) means[group.At(i)] += x[i] / count;
        for (int i = 0; i < x.Length; i++)
        {
            double deviation = x[i] - means[group.At(i)];
            variances[group.At(i)] += deviation * deviation / count;
        }
        for (int i = 0; i < x.Length; i++) y[i] = (x[i] - means[group.At(i)]) / (Math.Sqrt(variances[group.At(i)]) + 1e-9);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(9, Name);
        w.Ints("axes", [.. Axes.Select(a => (long)a)]);
    }
}
