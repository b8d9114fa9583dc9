namespace Pare.Operators;

/// <summary>The p-norm of each window: (sum of |x|^p)^(1/p). Padding counts as zeros.</summary>
public sealed record LpPool : Operator
{
    /// <summary>The window.</summary>
    public Window Window { get; init; } = new();

    /// <summary>Which norm.</summary>
    public int P { get; init; } = 2;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("LpPool", r => new LpPool { Window = WindowAttributes.Read(r), P = r.Int32("p", 2, least: 1) });

    /// <inheritdoc/>
    public override string Name => "LpPool";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Output(s.RealType(0), PoolLoop.OutputShape(s, Window));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.Keep();

    /// <inheritdoc/>
    // power and sum for each number that a window covers
    public override OperatorCost Cost(InferScope s) => new(0, 2 * PoolLoop.Operations(s, Window));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        new PoolLoop(Window, x.Shape).ForEach((output, seen, _) =>
        {
            var source = new Reals(x);
            double sum = 0;
            foreach (int i in seen) sum += Math.Pow(Math.Abs(source[i]), P);
            new Reals(y)[output] = Math.Pow(sum, 1.0 / P);
        });
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        WindowAttributes.Write(Window, w, dilationsSince: 18, ceilSince: 18);
        if (P != 2) w.Int("p", P);
    }
}
