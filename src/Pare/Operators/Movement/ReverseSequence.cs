namespace Pare.Operators;

/// <summary>Sequences with their first elements in reverse order: of sample i of the batch axis the first lengths[i] (input 1) along the time axis.</summary>
public sealed record ReverseSequence : Operator
{
    /// <summary>The axis of samples, 0 or 1.</summary>
    public int BatchAxis { get; init; } = 1;

    /// <summary>The axis of time, 0 or 1.</summary>
    public int TimeAxis { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new(
        "ReverseSequence",
        r => new ReverseSequence { BatchAxis = r.Int32("batch_axis", 1, least: 0, most: 1), TimeAxis = r.Int32("time_axis", 0, least: 0, most: 1) },
        SinceOpset: 10);

    /// <inheritdoc/>
    public override string Name => "ReverseSequence";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64);
        Shape x = s.ShapeOfRank(0, 2, int.MaxValue);
        if (BatchAxis == TimeAxis) throw s.Fail($"batch and time are both axis {TimeAxis}.");
        if (!s.ShapeOfRank(1, 1, 1)[0].Agrees(x[BatchAxis])) throw s.Fail($"it has {s.Shape(1)[0]} lengths for {x[BatchAxis]} samples.");
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        var lengths = new Wholes(inputs[1]!);
        int second = x.Dims[1], inner = x.Dims[0] * second == 0 ? 0 : x.Length / (x.Dims[0] * second);
        for (int at = 0; at < x.Dims[0] * second; at++)
        {
            int sample = BatchAxis == 0 ? at / second : at % second, time = TimeAxis == 0 ? at / second : at % second;
            int from = time < lengths[sample] ? Elements.Index(lengths[sample] - 1 - time, x.Dims[TimeAxis]) : time;
            Elements.Copy(x, (TimeAxis == 0 ? from * second + sample : sample * second + from) * inner, outputs[0], at * inner, inner);
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(this, s.OutputGradient(), s.Node.Input(1)));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(10, Name);
        w.Int("batch_axis", BatchAxis);
        w.Int("time_axis", TimeAxis);
    }
}
