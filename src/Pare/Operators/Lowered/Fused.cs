namespace Pare.Operators;

/// <summary>
/// An operator and what follows it, in one step: y = clip(main(inputs) + residual, Low, High). Plans are lowered to it, files never hold it.
/// </summary>
/// <param name="Main">What is computed first; its output 0 is what the rest works on.</param>
/// <param name="MainInputs">How many inputs belong to it, absent ones counted; the residual, of the output's shape, stands behind them.</param>
/// <param name="Residual">Whether there is a residual.</param>
/// <param name="Low">The least result; -infinity for no bound.</param>
/// <param name="High">The largest result; infinity for no bound. A rectifier is [0, infinity].</param>
internal sealed record Fused(Operator Main, int MainInputs, bool Residual, float Low, float High) : Operator
{
    /// <inheritdoc/>
    public override string Name => Main.Name;

    /// <summary>True where results are bounded.</summary>
    public bool Clips => !float.IsNegativeInfinity(Low) || !float.IsPositiveInfinity(High);

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input < MainInputs ? Main.WeightAxis(input) : null;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        Main.Infer(Within(s));
        if (Residual) s.RealType(MainInputs);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => Main.Cost(Within(s));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Main.Evaluate(inputs[..Math.Min(MainInputs, inputs.Length)], outputs);
        Reals y = new(outputs[0]);
        if (Residual)
        {
            Reals residual = new(inputs[MainInputs]!);
            for (int i = 0; i < y.Length; i++) y[i] += residual[i];
        }
        if (!Clips) return;
        for (int i = 0; i < y.Length; i++) y[i] = Math.Min(Math.Max(y[i], Low), High);
    }

    private InnerScope Within(InferScope s) =>
        new(s, s.Node with { Inputs = s.Node.Inputs[..Math.Min(MainInputs, s.Node.Inputs.Length)] }, static (_, type) => type, static (_, type) => type);
}
