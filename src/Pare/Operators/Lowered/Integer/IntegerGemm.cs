namespace Pare.Operators;

/// <summary>
/// A product of integers that gives integers: inputs x [..., K] (U8 or I8), weight [K, N] (I8 or I16, its zero point taken off), bias [N]
/// (I32, optional), factors (see <see cref="Requantization"/>). Plans are lowered to it, files never hold it.
/// </summary>
/// <param name="TransB">The weight is [N, K].</param>
/// <param name="Zero">The zero point of x.</param>
/// <param name="Result">Type, zero point and range of the result.</param>
internal sealed record IntegerGemm(bool TransB, int Zero, IntegerResult Result) : Operator
{
    /// <inheritdoc/>
    public override string Name => "IntegerGemm";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 4); // the bias may be absent
        s.Holds(0, DType.U8, DType.I8);
        s.Holds(1, DType.I8, DType.I16);
        if (s.Has(2)) s.Holds(2, DType.I32);
        Shape x = s.ShapeOfRank(0, 1, int.MaxValue), weight = s.ShapeOfRank(1, 2, 2);
        Dim k = weight[TransB ? 1 : 0], n = weight[TransB ? 0 : 1];
        if (!x[^1].Agrees(k)) throw s.Fail($"input x {x} has {x[^1]} columns, the weight {weight} has {k} rows; they must be as many.");
        Requantization.Check(s, 3, n);
        s.Output(Result.Type, x.With(x.Rank - 1, n));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(s.Shape(0).Elements * s.Shape(1).Fixed[TransB ? 0 : 1]);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, weight = inputs[1]!;
        Wholes from = new(x), factors = new(weight), to = new(outputs[0]);
        int k = x.Dims[^1], n = outputs[0].Dims[^1];
        (int row, int column) = TransB ? (1, k) : (n, 1);
        var requantized = new Requantization(inputs[3]!, Result);
        for (int i = 0; i < to.Length; i++)
        {
            long sum = inputs[2] is { } bias ? bias.As<int>()[i % n] : 0;
            for (int p = 0; p < k; p++) sum += (from[i / n * k + p] - Zero) * factors[p * row + i % n * column];
            to[i] = requantized[(int)sum, i % n];
        }
    }
}
