namespace Pare.Operators;

/// <summary>The slices of input 0 that the last axis of the indices (input 1) names.</summary>
public sealed record GatherND : Operator
{
    /// <summary>How many first axes data and indices share.</summary>
    public int BatchAxes { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("GatherND", r => new GatherND { BatchAxes = r.Int32("batch_dims", 0, least: 0) }, SinceOpset: 11);

    /// <inheritdoc/>
    public override string Name => "GatherND";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64, DType.I32);
        Shape slices = IndexTuples.Slices(s, s.ShapeOfRank(0, 1, int.MaxValue), s.ShapeOfRank(1, 1, int.MaxValue), BatchAxes);
        var type = new TensorType(s.Type(0).DType, slices);
        s.Output(0, type);
        s.Move(this, type);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int[] starts = IndexTuples.Starts(inputs[0]!.Shape, inputs[1]!, BatchAxes, out int length);
        for (int i = 0; i < starts.Length; i++) Elements.Copy(inputs[0]!, starts[i], outputs[0], i * length, length);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (BatchAxes > 0) s.Refuse();
        if (s.Needs(0)) s.InputGradient(0, s.Add(new ScatterND { Join = ScatterJoin.Add }, s.Zeros(0), s.Node.Input(1), s.OutputGradient()));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(11, Name);
        if (BatchAxes == 0) return;
        w.Since(12, "GatherND with batch axes");
        w.Int("batch_dims", BatchAxes);
    }
}
