namespace Pare.Operators;

/// <summary>The gradient of a <see cref="LocalResponseNormalization"/>'s input. Inputs dy, x.</summary>
/// <param name="Norm">The normalization.</param>
internal sealed record LocalResponseNormalizationGradient(LocalResponseNormalization Norm) : Operator
{
    public static OperatorSpec Spec { get; } =
        new("LRNGradient", r => new LocalResponseNormalizationGradient((LocalResponseNormalization)LocalResponseNormalization.Spec.Read(r)), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "LRNGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.ShapeOfRank(1, 2, int.MaxValue);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    // With d[c] what is raised to beta, a = alpha / size: dx[i] = dy[i] d[i]^-beta - 2 a beta x[i] sum over the c whose window holds i of
    // dy[c] x[c] d[c]^(-beta - 1).
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), x = new(inputs[1]!), dx = new(outputs[0]);
        AxisSlices slices = AxisSlices.Of(inputs[1]!.Shape, 1);
        double[] divisors = new double[x.Length], shares = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            divisors[i] = Norm.Divisor(x, i, slices);
            shares[i] = dy[i] * x[i] * Math.Pow(divisors[i], -Norm.Beta - 1);
        }
        for (int i = 0; i < x.Length; i++)
        {
            int c = i / slices.Inner % slices.Length;
            int first = Math.Max(0, c - Norm.Size / 2), last = Math.Min(slices.Length - 1, c + (Norm.Size - 1) / 2);
            double sum = 0;
            for (int other = first; other <= last; other++) sum += shares[i + (other - c) * slices.Inner];
            dx[i] = dy[i] * Math.Pow(divisors[i], -Norm.Beta) - 2.0 * Norm.Alpha / Norm.Size * Norm.Beta * x[i] * sum;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Norm.Write(w);
}
