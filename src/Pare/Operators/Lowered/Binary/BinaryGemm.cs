namespace Pare.Operators;

/// <summary>
/// A product of rows of numbers that are +1 or -1 with weights that are: inputs x (U32 [..., words of K], see <see cref="Signs"/>), weight (F32
/// [N, K], +1 or -1), and what <see cref="BinaryResult"/> needs. Plans are lowered to it, files never hold it.
/// </summary>
/// <param name="Result">What becomes of the sums; the channels are the last axis.</param>
internal sealed record BinaryGemm(BinaryResult Result) : Operator
{
    /// <inheritdoc/>
    public override string Name => "BinaryGemm";

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input == 1 ? 0 : null;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Holds(0, DType.U32);
        Shape x = s.ShapeOfRank(0, 1, int.MaxValue), weight = s.ShapeOfRank(1, 2, 2);
        if (!x[^1].Agrees(Signs.Words(weight.Fixed[1]))) throw s.Fail($"input x {x} has {x[^1]} words in a row, the weight {weight} needs {Signs.Words(weight.Fixed[1])}.");
        Result.Check(s, weight[0]);
        s.Output(0, Result.Type(x.With(x.Rank - 1, weight[0]), x.Rank - 1));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(s.Shape(0).Elements / s.Shape(0).Fixed[^1] * s.Shape(1).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor weight = inputs[1]!;
        int n = weight.Dims[0], k = weight.Dims[1], last = outputs[0].Shape.Rank - 1;
        double[] x = Signs.Unpack(inputs[0]!, last, k), w = new Reals(weight).ToArray();
        Shape y = outputs[0].Shape.With(last, n);
        var sums = new double[y.Elements];
        for (int i = 0; i < sums.Length; i++)
            for (int p = 0; p < k; p++) sums[i] += x[i / n * k + p] * w[i % n * k + p];
        Result.Write(sums, y, last, inputs, outputs[0]);
    }
}
