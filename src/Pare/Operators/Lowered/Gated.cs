namespace Pare.Operators;

/// <summary>
/// A gradient operator behind the gradient of a rectifier or clip, in one step: its input 0, dy, counts where Low is below y and y below High,
/// and is 0 elsewhere. Plans are lowered to it, files never hold it.
/// </summary>
/// <param name="Main">What is computed with dy behind the gate.</param>
/// <param name="MainInputs">How many inputs belong to it; y, of dy's shape, stands behind them.</param>
/// <param name="MainOutputs">How many outputs belong to it; dy behind the gate may stand behind them, where others need it.</param>
/// <param name="Low">The lower bound; -infinity for none.</param>
/// <param name="High">The upper bound; infinity for none. A rectifier is (0, infinity).</param>
internal sealed record Gated(Operator Main, int MainInputs, int MainOutputs, float Low, float High) : Operator
{
    /// <inheritdoc/>
    public override string Name => Main.Name;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        Main.Infer(Within(s));
        if (s.Node.Outputs.Length > MainOutputs) s.Output(MainOutputs, s.Type(0));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => Main.Cost(Within(s));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor dy = inputs[0]!;
        Tensor gated = outputs.Length > MainOutputs ? outputs[MainOutputs] : new Tensor(dy.DType, dy.Shape);
        Reals from = new(dy), y = new(inputs[MainInputs]!), to = new(gated);
        for (int i = 0; i < to.Length; i++) to[i] = y[i] > Low && y[i] < High ? from[i] : 0;
        Main.Evaluate([gated, .. inputs[1..MainInputs]], outputs[..Math.Min(MainOutputs, outputs.Length)]);
    }

    private InnerScope Within(InferScope s) => new(
        s, s.Node with { Inputs = s.Node.Inputs[..MainInputs], Outputs = s.Node.Outputs[..Math.Min(MainOutputs, s.Node.Outputs.Length)] },
        static (_, type) => type, static (_, type) => type);
}
