namespace Pare.Operators;

/// <summary>
/// What the gradients of layer, instance and group normalization share: of h = (x - mean) / sqrt(variance + epsilon) for each row of x.
/// Inputs dh, x; outputs dx and h.
/// </summary>
/// <param name="Axis">A row is all axes from here on.</param>
/// <param name="Groups">Where over 1: each row is cut into as many rows.</param>
/// <param name="Epsilon">Added to the variance.</param>
internal sealed record StandardizeGradient(int Axis, int Groups, float Epsilon) : Operator
{
    public static OperatorSpec Spec { get; } = new(
        "StandardizeGradient", r => new StandardizeGradient(r.Int32("axis"), r.Int32("groups", least: 1), r.Float("epsilon")), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "StandardizeGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.Output(0, s.Type(1));
        s.Output(1, s.Type(1));
    }

    /// <inheritdoc/>
    // dx = inverse (dh - mean(dh) - h mean(dh h))
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dh = new(inputs[0]!), x = new(inputs[1]!), dx = new(outputs[0]), h = new(outputs[1]);
        int rows = Groups;
        for (int axis = 0; axis < Axis; axis++) rows *= inputs[1]!.Dims[axis];
        int length = x.Length / Math.Max(1, rows);
        for (int start = 0; start < x.Length; start += length)
        {
            Statistics row = Statistics.Of(x, start, length, Epsilon);
            double sum = 0, product = 0;
            for (int i = start; i < start + length; i++)
            {
                sum += dh[i];
                product += dh[i] * (x[i] - row.Mean) * row.Inverse;
            }
            for (int i = start; i < start + length; i++)
            {
                double value = (x[i] - row.Mean) * row.Inverse;
                dx[i] = row.Inverse * (dh[i] - sum / length - value * product / length);
                h[i] = value;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Int("axis", Axis);
        w.Int("groups", Groups);
        w.Float("epsilon", Epsilon);
    }

    /// <summary>
    /// The gradients of a normalization with a scale and a bias for each channel: inputs x, scale [C], bias [C].
    /// </summary>
    public static void ByChannel(GradientScope s, StandardizeGradient standardize)
    {
        int rank = s.Type(0).Shape.Rank;
        long[] channel = [-1, .. Enumerable.Repeat(1L, rank - 2)], others = [0, .. Enumerable.Range(2, rank - 2).Select(a => (long)a)];
        string dy = s.OutputGradient();
        string scale = s.Add(new Reshape(), s.Node.Input(1), s.Constant(Tensor.Vector<long>(channel)));
        string[] made = s.Add(standardize, 2, s.Add(new Binary(BinaryFunctions.Mul), dy, scale), s.Node.Input(0));
        if (s.Needs(0)) s.InputGradient(0, made[0]);
        if (s.Needs(1)) s.InputGradient(1, s.Sum(s.Add(new Binary(BinaryFunctions.Mul), dy, made[1]), others));
        if (s.Needs(2)) s.InputGradient(2, s.Sum(dy, others));
    }
}
