namespace Pare.Operators;

/// <summary>A function of one or more values, for each element.</summary>
/// <param name="Function">The function.</param>
public sealed partial record Variadic(VariadicFunction Function) : Operator
{
    /// <summary>How each function is read.</summary>
    public static IEnumerable<OperatorSpec> Specs => VariadicFunction.All.Select(f => new OperatorSpec(f.Name, _ => new Variadic(f)));

    /// <inheritdoc/>
    public override string Name => Function.Name;

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, int.MaxValue);
        for (int i = 0; i < s.InputCount; i++)
        {
            if (Function.Whole is null) s.RealType(i);
            else s.NumberType(i);
            s.SameType(0, i);
        }
        var type = new TensorType(s.Type(0).DType, Broadcast.Shape(s, s.InputCount));
        s.Output(0, type);
        s.Compute(this, type);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, (s.InputCount - 1) * Broadcast.Shape(s, s.InputCount).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        for (int input = 0; input < inputs.Length; input++)
        {
            var operand = new Operand(inputs[input]!.Shape, y.Shape);
            for (int i = 0; i < y.Length; i++) Join(inputs[input]!, operand.At(i), y, i, first: input == 0);
        }
        if (Function != VariadicFunction.Mean) return;
        var mean = new Reals(y);
        for (int i = 0; i < y.Length; i++) mean[i] /= inputs.Length;
    }

    private void Join(Tensor x, int from, Tensor y, int to, bool first)
    {
        if (Reals.Holds(y.DType))
        {
            Reals source = new(x), sum = new(y);
            sum[to] = first ? source[from] : Function.Real(sum[to], source[from]);
        }
        else
        {
            Wholes source = new(x), sum = new(y);
            sum[to] = first ? source[from] : Function.Whole!(sum[to], source[from]);
        }
    }
}
