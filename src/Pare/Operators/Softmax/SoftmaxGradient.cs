namespace Pare.Operators;

/// <summary>The gradient of a <see cref="Operators.Softmax"/>'s input. Inputs dy, y.</summary>
/// <param name="Softmax">The softmax or its logarithm.</param>
internal sealed record SoftmaxGradient(Softmax Softmax) : Operator
{
    public static IEnumerable<OperatorSpec> Specs => [Spec(log: false), Spec(log: true)];

    private static OperatorSpec Spec(bool log) => new(
        NameOf(log),
        r => new SoftmaxGradient(new Softmax { Log = log, Axis = r.Int32("axis", -1), Flattened = r.Flag("flattened") }),
        PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => NameOf(Softmax.Log);

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    // y = softmax(x): dx = y (dy - sum of dy y).  y = log softmax(x): dx = dy - exp(y) sum of dy
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), y = new(inputs[1]!), dx = new(outputs[0]);
        AxisSlices slices = Softmax.Slices(inputs[1]!.Shape);
        for (int row = 0; row < slices.Outer * slices.Inner; row++)
        {
            int start = row / slices.Inner * slices.Length * slices.Inner + row % slices.Inner;
            double sum = 0;
            for (int i = 0; i < slices.Length; i++)
            {
                int at = start + i * slices.Inner;
                sum += Softmax.Log ? dy[at] : dy[at] * y[at];
            }
            for (int i = 0; i < slices.Length; i++)
            {
                int at = start + i * slices.Inner;
                dx[at] = Softmax.Log ? dy[at] - Math.Exp(y[at]) * sum : y[at] * (dy[at] - sum);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Int("axis", Softmax.Axis);
        if (Softmax.Flattened) w.Flag("flattened", true);
    }

    private static string NameOf(bool log) => log ? "LogSoftmaxGradient" : "SoftmaxGradient";
}
