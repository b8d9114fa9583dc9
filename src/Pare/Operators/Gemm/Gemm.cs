namespace Pare.Operators;

/// <summary>y = alpha a' b' + beta c, where a' is a or its transpose; a [M, K], b [K, N], c broadcast to [M, N] (optional).</summary>
public sealed partial record Gemm : Operator
{
    /// <summary>Factor of the product.</summary>
    public float Alpha { get; init; } = 1;

    /// <summary>Factor of c.</summary>
    public float Beta { get; init; } = 1;

    /// <summary>Input a is [K, M].</summary>
    public bool TransA { get; init; }

    /// <summary>Input b is [N, K], as trained layers are mostly stored.</summary>
    public bool TransB { get; init; }

    /// <inheritdoc/>
    public override string Name => "Gemm";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        DType type = s.NumberType(0);
        s.SameType(0, 1);
        Shape a = s.ShapeOfRank(0, 2, 2), b = s.ShapeOfRank(1, 2, 2);
        Dim m = a[TransA ? 1 : 0], k = a[TransA ? 0 : 1], n = b[TransB ? 0 : 1], k2 = b[TransB ? 1 : 0];
        if (!k.Agrees(k2)) throw s.Fail($"input a {a} has {k} columns{(TransA ? " (transposed)" : "")}, b {b} has {k2} rows{(TransB ? " (transposed)" : "")}; they must be as many.");
        var y = new Shape([m, n]);
        if (s.Has(2))
        {
            s.SameType(0, 2);
            if (!Broadcast.Shape(s, y, s.Shape(2)).Agrees(y))
                throw s.Fail($"input c {s.Shape(2)} cannot be broadcast to {y}.");
        }
        s.Output(type, y);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0]!, b = inputs[1]!;
        Tensor? c = inputs.Length > 2 ? inputs[2] : null;
        int m = outputs[0].Dims[0], n = outputs[0].Dims[1], k = a.Dims[TransA ? 0 : 1];
        (int aRow, int aColumn) = TransA ? (1, m) : (k, 1);
        (int bRow, int bColumn) = TransB ? (1, k) : (n, 1);
        if (!Reals.Holds(a.DType))
        {
            EvaluateWholes(new Wholes(a), aRow, aColumn, new Wholes(b), bRow, bColumn, c, k, outputs[0]);
            return;
        }
        Reals left = new(a), right = new(b), y = new(outputs[0]);
        Operand add = c is null ? default : new Operand(c.Shape, outputs[0].Shape);
        for (int i = 0, at = 0; i < m; i++)
            for (int j = 0; j < n; j++, at++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++) sum += left[i * aRow + p * aColumn] * right[p * bRow + j * bColumn];
                y[at] = Alpha * sum + (c is null ? 0 : Beta * new Reals(c)[add.At(at)]);
            }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s)
    {
        Shape a = s.Shape(0), b = s.Shape(1);
        long rows = a.Fixed[TransA ? 1 : 0], columns = b.Fixed[TransB ? 0 : 1];
        return new OperatorCost(a.Elements * columns, s.Has(2) ? rows * columns : 0);
    }

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input == 1 ? (TransB ? 0 : 1) : null;

    private void EvaluateWholes(Wholes a, int aRow, int aColumn, Wholes b, int bRow, int bColumn, Tensor? c, int k, Tensor output)
    {
        Operand add = c is null ? default : new Operand(c.Shape, output.Shape);
        var y = new Wholes(output);
        for (int at = 0, n = output.Dims[1]; at < y.Length; at++)
        {
            long sum = 0;
            for (int p = 0; p < k; p++) sum += a[at / n * aRow + p * aColumn] * b[p * bRow + at % n * bColumn];
            y[at] = (long)(Alpha * sum + (c is null ? 0 : Beta * new Wholes(c)[add.At(at)]));
        }
    }
}
