namespace Pare.Operators;

/// <summary>Input 0, but the slices that the last axis of the indices names are replaced. Inputs data, indices, updates.</summary>
public sealed record ScatterND : Operator
{
    /// <summary>What happens to the elements that stand there.</summary>
    public ScatterJoin Join { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("ScatterND", r => new ScatterND { Join = ScatterJoins.Read(r) }, SinceOpset: 11);

    /// <inheritdoc/>
    public override string Name => "ScatterND";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.Holds(1, DType.I64, DType.I32);
        s.SameType(0, 2);
        Shape slices = IndexTuples.Slices(s, s.ShapeOfRank(0, 1, int.MaxValue), s.ShapeOfRank(1, 1, int.MaxValue), 0), updates = s.Shape(2);
        if (slices.Rank != updates.Rank || slices.Zip(updates).Any(d => !d.First.Agrees(d.Second)))
            throw s.Fail($"the updates are {updates}; indices {s.Shape(1)} into data {s.Shape(0)} need {slices}.");
        s.Output(0, s.Type(0));
        s.Compute(this, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        inputs[0]!.Bytes.CopyTo(y.Bytes);
        int[] starts = IndexTuples.Starts(y.Shape, inputs[1]!, 0, out int length);
        for (int i = 0; i < starts.Length; i++) ScatterJoins.Apply(Join, inputs[2]!, i * length, y, starts[i], length);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (Join is not (ScatterJoin.None or ScatterJoin.Add)) s.Refuse();
        string dy = s.OutputGradient(), indices = s.Node.Input(1);
        if (s.Needs(0)) s.InputGradient(0, Join == ScatterJoin.Add ? dy : s.Add(this, dy, indices, s.Zeros(2)));
        if (s.Needs(2)) s.InputGradient(2, s.Add(new GatherND(), dy, indices));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(11, Name);
        ScatterJoins.Write(w, Name, Join);
    }
}
