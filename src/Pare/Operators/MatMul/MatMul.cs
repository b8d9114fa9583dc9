namespace Pare.Operators;

/// <summary>Matrix product over the last two axes, as numpy's matmul: axes before are broadcast, a vector is a row on the left and a column on the right.</summary>
public sealed partial record MatMul : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("MatMul", _ => new MatMul());

    /// <inheritdoc/>
    public override string Name => "MatMul";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        DType type = s.NumberType(0);
        s.SameType(0, 1);
        Shape a = s.ShapeOfRank(0, 1, int.MaxValue), b = s.ShapeOfRank(1, 1, int.MaxValue);
        Dim columns = a[a.Rank - 1], rows = b[Math.Max(0, b.Rank - 2)];
        if (!columns.Agrees(rows)) throw s.Fail($"input a {a} has {columns} columns, b {b} has {rows} rows; they must be as many.");
        Shape batch = Broadcast.Shape(s, new Shape(a.SkipLast(2)), new Shape(b.SkipLast(2)));
        IEnumerable<Dim> dims = batch;
        if (a.Rank > 1) dims = dims.Append(a[a.Rank - 2]);
        if (b.Rank > 1) dims = dims.Append(b[b.Rank - 1]);
        s.Output(type, new Shape(dims));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0]!, b = inputs[1]!;
        int k = a.Dims[^1], m = a.Shape.Rank > 1 ? a.Dims[^2] : 1, n = b.Shape.Rank > 1 ? b.Dims[^1] : 1;
        Shape aBatch = new(a.Shape.SkipLast(2)), bBatch = new(b.Shape.SkipLast(2));
        int tail = (a.Shape.Rank > 1 ? 1 : 0) + (b.Shape.Rank > 1 ? 1 : 0);
        var batch = new Shape(outputs[0].Shape.SkipLast(tail));
        Operand left = new(aBatch, batch), right = new(bBatch, batch);
        for (int i = 0; i < batch.Elements; i++)
            Multiply(a, left.At(i) * m * k, b, right.At(i) * k * n, outputs[0], i * m * n, m, k, n);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s)
    {
        Shape a = s.Shape(0), b = s.Shape(1);
        long batch = Broadcast.Shape(s, new Shape(a.SkipLast(2)), new Shape(b.SkipLast(2))).Elements;
        return new OperatorCost(batch * (a.Rank > 1 ? a.Fixed[^2] : 1) * a.Fixed[^1] * (b.Rank > 1 ? b.Fixed[^1] : 1));
    }

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input == 1 ? 1 : null;

    private static void Multiply(Tensor a, int aStart, Tensor b, int bStart, Tensor y, int yStart, int m, int k, int n)
    {
        bool real = Reals.Holds(a.DType);
        for (int at = 0; at < m * n; at++)
        {
            int row = aStart + at / n * k, column = bStart + at % n;
            if (real)
            {
                double sum = 0;
                for (int p = 0; p < k; p++) sum += new Reals(a)[row + p] * new Reals(b)[column + p * n];
                new Reals(y)[yStart + at] = sum;
            }
            else
            {
                long sum = 0;
                for (int p = 0; p < k; p++) sum += new Wholes(a)[row + p] * new Wholes(b)[column + p * n];
                new Wholes(y)[yStart + at] = sum;
            }
        }
    }
}
