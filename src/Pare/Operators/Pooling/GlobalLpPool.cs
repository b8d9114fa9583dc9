namespace Pare.Operators;

/// <summary>The p-norm of each channel, (sum of |x|^p)^(1/p): [N, C, ...] -> [N, C, 1, ...].</summary>
public sealed record GlobalLpPool : Operator
{
    /// <summary>Which norm.</summary>
    public int P { get; init; } = 2;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("GlobalLpPool", r => new GlobalLpPool { P = r.Int32("p", 2, least: 1) });

    /// <inheritdoc/>
    public override string Name => "GlobalLpPool";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Output(s.RealType(0), GlobalAveragePool.OutputShape(s));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.Keep();

    /// <inheritdoc/>
    // power and sum
    public override OperatorCost Cost(InferScope s) => new(0, 2 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        int inner = x.Length / Math.Max(1, y.Length);
        for (int plane = 0; plane < y.Length; plane++)
        {
            double sum = 0;
            for (int i = 0; i < inner; i++) sum += Math.Pow(Math.Abs(x[plane * inner + i]), P);
            y[plane] = Math.Pow(sum, 1.0 / P);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (P != 2) w.Int("p", P);
    }
}
