namespace Pare.Operators;

/// <summary>The determinants of square matrices [..., n, n].</summary>
public sealed record Det : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Det", _ => new Det(), SinceOpset: 11);

    /// <inheritdoc/>
    public override string Name => "Det";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        Shape x = s.ShapeOfRank(0, 2, int.MaxValue);
        if (!x[^1].Agrees(x[^2])) throw s.Fail($"input 0 is {x}; the last two axes must be equal.");
        s.Output(s.RealType(0), new Shape(x.Take(x.Rank - 2)));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        double[] x = new Reals(inputs[0]!).ToArray();
        var y = new Reals(outputs[0]);
        int n = inputs[0]!.Dims[^1];
        for (int i = 0; i < y.Length; i++) y[i] = Determinant(x.AsSpan(i * n * n, n * n), n);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(11, Name);

    // Elimination with the largest pivot of each column; each exchange of rows turns the sign.
    private static double Determinant(Span<double> m, int n)
    {
        double product = 1;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int r = k + 1; r < n; r++)
                if (Math.Abs(m[r * n + k]) > Math.Abs(m[pivot * n + k])) pivot = r;
            if (m[pivot * n + k] == 0) return 0;
            if (pivot != k)
            {
                product = -product;
                for (int c = k; c < n; c++) (m[k * n + c], m[pivot * n + c]) = (m[pivot * n + c], m[k * n + c]);
            }
            product *= m[k * n + k];
            for (int r = k + 1; r < n; r++)
            {
                double factor = m[r * n + k] / m[k * n + k];
                for (int c = k; c < n; c++) m[r * n + c] -= factor * m[k * n + c];
            }
        }
        return product;
    }
}
