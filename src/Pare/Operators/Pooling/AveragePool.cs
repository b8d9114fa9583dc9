namespace Pare.Operators;

/// <summary>The mean of each window.</summary>
public sealed partial record AveragePool : Operator
{
    /// <summary>The window.</summary>
    public Window Window { get; init; } = new();

    /// <summary>Padding counts as zeros; otherwise only elements inside the input are counted.</summary>
    public bool CountIncludePad { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("AveragePool", r => new AveragePool { Window = WindowAttributes.Read(r), CountIncludePad = r.Flag("count_include_pad") });

    /// <inheritdoc/>
    public override string Name => "AveragePool";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Output(s.RealType(0), PoolLoop.OutputShape(s, Window));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.Keep();

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, PoolLoop.Operations(s, Window));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        new PoolLoop(Window, x.Shape).ForEach((output, seen, padded) =>
        {
            var source = new Reals(x);
            double sum = 0;
            foreach (int i in seen) sum += source[i];
            new Reals(y)[output] = sum / (CountIncludePad ? padded : seen.Length);
        });
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        WindowAttributes.Write(Window, w, dilationsSince: 19, ceilSince: 10);
        if (CountIncludePad) w.Flag("count_include_pad", true);
    }
}
