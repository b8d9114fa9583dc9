namespace Pare.Operators;

/// <summary>Matrix products of integers less their zero points, batched and broadcast as <see cref="MatMul"/>.</summary>
internal static class IntegerProduct
{
    /// <summary>The shape of the result.</summary>
    public static Shape OutputShape(InferScope s, int left, int right)
    {
        Shape a = s.ShapeOfRank(left, 1, int.MaxValue), b = s.ShapeOfRank(right, 1, int.MaxValue);
        Dim columns = a[a.Rank - 1], rows = b[Math.Max(0, b.Rank - 2)];
        if (!columns.Agrees(rows)) throw s.Fail($"input a {a} has {columns} columns, b {b} has {rows} rows; they must be as many.");
        IEnumerable<Dim> dims = Broadcast.Shape(s, new Shape(a.SkipLast(2)), new Shape(b.SkipLast(2)));
        if (a.Rank > 1) dims = dims.Append(a[a.Rank - 2]);
        if (b.Rank > 1) dims = dims.Append(b[b.Rank - 1]);
        return new Shape(dims);
    }

    /// <summary>Checks a scale or zero point: one, or one for each row of a (each column of b).</summary>
    public static void CheckParameter(InferScope s, int parameter, int of, bool isLeft)
    {
        if (!s.Has(parameter) || Quantization.IsOne(s.Shape(parameter))) return;
        Shape shape = s.Shape(of), found = s.Shape(parameter);
        int axis = isLeft ? shape.Rank - 2 : shape.Rank - 1;
        if (found.Rank != 1)
            throw new UnsupportedException($"Node {s.Node}: its input {parameter} is {found}; one number, or a vector of one for each {(isLeft ? "row" : "column")}, is supported.");
        if (axis < 0 || !found[0].Agrees(shape[axis])) throw s.Fail($"input {parameter} is {found}, input {of} is {shape}; one number, or one for each {(isLeft ? "row" : "column")}, is needed.");
    }

    /// <summary>Calls back with each sum, its place, row and column. y[.., r, c] = sum over k of (a[.., r, k] - za[r]) (b[.., k, c] - zb[c])</summary>
    public static void ForEach(Tensor a, Tensor? aZero, Tensor b, Tensor? bZero, Shape y, Action<int, long, int, int> give)
    {
        int k = a.Dims[^1], m = a.Shape.Rank > 1 ? a.Dims[^2] : 1, n = b.Shape.Rank > 1 ? b.Dims[^1] : 1;
        double[] left = Quantization.LessZero(a, aZero, a.Shape.Rank - 2), right = Quantization.LessZero(b, bZero, b.Shape.Rank - 1);
        int tail = (a.Shape.Rank > 1 ? 1 : 0) + (b.Shape.Rank > 1 ? 1 : 0);
        var batch = new Shape(y.SkipLast(tail));
        Operand leftAt = new(new Shape(a.Shape.SkipLast(2)), batch), rightAt = new(new Shape(b.Shape.SkipLast(2)), batch);
        for (int i = 0; i < batch.Elements; i++)
            for (int r = 0; r < m; r++)
                for (int c = 0; c < n; c++)
                {
                    double sum = 0;
                    for (int p = 0; p < k; p++) sum += left[(leftAt.At(i) * m + r) * k + p] * right[(rightAt.At(i) * k + p) * n + c];
                    give((i * m + r) * n + c, (long)sum, r, c);
                }
    }

    /// <summary>Multiply-accumulates.</summary>
    public static OperatorCost Cost(InferScope s, int left, int right) => new(OutputShape(s, left, right).Elements * s.Shape(left).Fixed[^1]);
}
