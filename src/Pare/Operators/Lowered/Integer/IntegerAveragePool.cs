namespace Pare.Operators;

/// <summary>The mean of each window of integers, as integers. Plans are lowered to it, files never hold it.</summary>
/// <param name="Window">The window; null for each plane as a whole.</param>
/// <param name="CountIncludePad">Padding counts as the zero point; otherwise only elements inside the input are counted.</param>
/// <param name="Zero">The zero point of the input.</param>
/// <param name="Factor">The scale of the input over that of the result.</param>
/// <param name="Result">Type, zero point and range of the result.</param>
// y = round(sum of (x - Zero) * (Factor / count))
internal sealed record IntegerAveragePool(Window? Window, bool CountIncludePad, int Zero, float Factor, IntegerResult Result) : Operator
{
    /// <inheritdoc/>
    public override string Name => "IntegerAveragePool";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Holds(0, DType.U8, DType.I8);
        s.Output(Result.Type, Window is { } window ? PoolLoop.OutputShape(s, window) : GlobalAveragePool.OutputShape(s));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, Window is { } window ? PoolLoop.Operations(s, window) : s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        if (Window is { } window)
        {
            new PoolLoop(window, x.Shape).ForEach((output, seen, padded) =>
            {
                int sum = 0;
                foreach (int i in seen) sum += (int)new Wholes(x)[i] - Zero;
                new Wholes(y)[output] = Mean(sum, CountIncludePad ? padded : seen.Length);
            });
            return;
        }
        Wholes from = new(x), to = new(y);
        int inner = from.Length / Math.Max(1, to.Length);
        for (int plane = 0; plane < to.Length; plane++)
        {
            int sum = 0;
            for (int i = 0; i < inner; i++) sum += (int)from[plane * inner + i] - Zero;
            to[plane] = Mean(sum, inner);
        }
    }

    private int Mean(int sum, int count) => Result.Round(sum * (Factor / count));
}
