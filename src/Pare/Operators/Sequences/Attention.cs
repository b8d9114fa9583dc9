namespace Pare.Operators;

/// <summary>
/// Scaled dot-product attention: y = softmax(scale q k^T + mask) v. Inputs q, k, v ([N, heads, T, size] or [N, T, heads * size]), mask
/// (optional: truth values, or numbers that are added), past keys and values [N, heads, past, size] (optional), numbers of valid keys [N]
/// (I64, optional); outputs y, present keys, present values and scores [N, heads, T, all keys], the last three optional. Fewer heads of
/// keys than of queries are shared by neighbours. A query that sees no key gives zeros.
/// </summary>
/// <remarks>Vaswani and others, NIPS 2017. A mask that is shorter than the keys hides the rest.</remarks>
public sealed partial record Attention : Operator
{
    /// <summary>A query sees no later keys.</summary>
    public bool Causal { get; init; }

    /// <summary>Heads of the queries, for three axes; 0 for four.</summary>
    public int QueryHeads { get; init; }

    /// <summary>Heads of keys and values, for three axes; 0 for four.</summary>
    public int KeyHeads { get; init; }

    /// <summary>Factor of the products; null: 1 / sqrt(size).</summary>
    public float? Scale { get; init; }

    /// <summary>Scores become cap * tanh(score / cap); 0: they stay.</summary>
    public float SoftCap { get; init; }

    /// <summary>What output 3 holds.</summary>
    public AttentionScores Scores { get; init; }

    /// <summary>How many earlier keys a query sees; -1: all.</summary>
    public int LeftWindow { get; init; } = -1;

    /// <summary>How many later keys a query sees; -1: all.</summary>
    public int RightWindow { get; init; } = -1;

    /// <summary>The number of ONNX's type in which the file wants the softmax; 0: that of the inputs. Scalar definitions compute in double.</summary>
    public int SoftmaxType { get; init; }

    /// <inheritdoc/>
    public override string Name => "Attention";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input < 3;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 7);
        DType type = s.RealType(0);
        Shape q = s.ShapeOfRank(0, 3, 4), k = s.ShapeOfRank(1, q.Rank, q.Rank), v = s.ShapeOfRank(2, q.Rank, q.Rank);
        bool packed = q.Rank == 3;
        if (packed && (QueryHeads == 0 || KeyHeads == 0)) throw s.Fail("inputs of three axes need 'q_num_heads' and 'kv_num_heads'.");
        s.SameType(0, 1);
        if (s.Has(4) != s.Has(5)) throw s.Fail("past keys and past values come together.");
        Dim heads = packed ? QueryHeads : q[1], keyHeads = packed ? KeyHeads : k[1];
        if (heads.IsKnown && keyHeads.IsKnown && heads.Constant % keyHeads.Constant != 0) throw s.Fail($"{keyHeads} heads of keys do not divide {heads} heads of queries.");
        Dim size = packed ? Divided(s, k[2], KeyHeads) : k[3], valueSize = packed ? Divided(s, v[2], KeyHeads) : v[3], steps = packed ? q[1] : q[2];
        if (!size.Agrees(packed ? Divided(s, q[2], QueryHeads) : q[3])) throw s.Fail($"queries {q} and keys {k} have heads of other sizes.");
        Dim keys = (packed ? k[1] : k[2]) + (s.Has(4) ? s.ShapeOfRank(4, 4, 4)[2] : 0);
        s.Output(0, new TensorType(type, packed ? new Shape([q[0], steps, valueSize * QueryHeads]) : new Shape([q[0], heads, steps, valueSize])));
        s.Output(1, new TensorType(type, new Shape([q[0], keyHeads, keys, size])));
        s.Output(2, new TensorType(s.Type(2).DType, new Shape([q[0], keyHeads, keys, valueSize])));
        s.Output(3, new TensorType(type, new Shape([q[0], heads, steps, keys])));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor? pastKeys = inputs.Length > 4 ? inputs[4] : null, pastValues = inputs.Length > 5 ? inputs[5] : null;
        (double[] keys, HeadView k) = Present(inputs[1]!, pastKeys, KeyHeads);
        (double[] values, HeadView v) = Present(inputs[2]!, pastValues, KeyHeads);
        HeadView q = HeadView.Of(inputs[0]!.Shape, QueryHeads), y = q with { Size = v.Size };
        if (outputs.Asked(1)) new Reals(outputs[1]).Set(keys);
        if (outputs.Asked(2)) new Reals(outputs[2]).Set(values);
        var mask = new AttentionMask(this, inputs, k.Steps, pastKeys?.Dims[2], q);
        Reals queries = new(inputs[0]!), to = new(outputs[0]);
        double scale = Scale ?? 1 / Math.Sqrt(q.Size);
        double[] scores = new double[k.Steps], kept = new double[k.Steps];
        for (int n = 0; n < q.Batch; n++)
            for (int h = 0; h < q.Heads; h++)
                for (int i = 0; i < q.Steps; i++)
                {
                    int keyHead = h / (q.Heads / k.Heads), from = q.At(n, h, i), into = y.At(n, h, i);
                    for (int j = 0; j < k.Steps; j++)
                    {
                        double sum = 0;
                        for (int d = 0, at = k.At(n, keyHead, j); d < q.Size; d++) sum += queries[from + d] * keys[at + d];
                        scores[j] = sum * scale;
                    }
                    Probabilities(mask, n, h, i, scores, kept);
                    for (int d = 0; d < v.Size; d++)
                    {
                        double sum = 0;
                        for (int j = 0; j < k.Steps; j++)
                            if (scores[j] != 0) sum += scores[j] * values[v.At(n, keyHead, j) + d];
                        to[into + d] = sum;
                    }
                    if (!outputs.Asked(3)) continue;
                    var told = new Reals(outputs[3]);
                    for (int j = 0; j < k.Steps; j++) told[((n * q.Heads + h) * q.Steps + i) * k.Steps + j] = kept[j];
                }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s)
    {
        HeadView q = HeadView.Of(s.Shape(0), QueryHeads), v = HeadView.Of(s.Shape(2), KeyHeads);
        long keys = v.Steps + (s.Has(4) ? s.Shape(4).Fixed[2] : 0);
        return new OperatorCost(checked((long)q.Batch * q.Heads * q.Steps * keys * (q.Size + v.Size)));
    }

    // Scores to probabilities, in place; kept holds what output 3 asks for.
    private void Probabilities(AttentionMask mask, int n, int h, int i, double[] scores, double[] kept)
    {
        Keep(AttentionScores.Raw);
        for (int j = 0; j < scores.Length && SoftCap > 0; j++) scores[j] = SoftCap * Math.Tanh(scores[j] / SoftCap);
        Keep(AttentionScores.Capped);
        bool seen = false;
        double most = double.NegativeInfinity, sum = 0;
        for (int j = 0; j < scores.Length; j++)
        {
            double bias = mask.At(n, h, i, j);
            seen |= !double.IsNegativeInfinity(bias);
            scores[j] += bias;
            most = Math.Max(most, scores[j]);
        }
        Keep(AttentionScores.Masked);
        for (int j = 0; j < scores.Length; j++) sum += scores[j] = seen && !double.IsNegativeInfinity(most) ? Math.Exp(scores[j] - most) : 0;
        for (int j = 0; j < scores.Length && sum != 0; j++) scores[j] /= sum;
        Keep(AttentionScores.Probabilities);

        void Keep(AttentionScores which)
        {
            if (Scores == which) scores.CopyTo(kept, 0);
        }
    }

    // Past and new, as [N, heads, all steps, size].
    private static (double[] Values, HeadView View) Present(Tensor given, Tensor? past, int heads)
    {
        HeadView source = HeadView.Of(given.Shape, heads);
        int before = past?.Dims[2] ?? 0;
        HeadView to = source with { Steps = before + source.Steps, Packed = false };
        var values = new double[to.Batch * to.Heads * to.Steps * to.Size];
        for (int n = 0; n < to.Batch; n++)
            for (int h = 0; h < to.Heads; h++)
                for (int step = 0; step < to.Steps; step++)
                {
                    var numbers = new Reals(step < before ? past! : given);
                    int read = step < before ? ((n * to.Heads + h) * before + step) * to.Size : source.At(n, h, step - before);
                    for (int d = 0; d < to.Size; d++) values[to.At(n, h, step) + d] = numbers[read + d];
                }
        return (values, to);
    }

    private static Dim Divided(InferScope s, Dim length, int heads) => Dim.Divide(length, heads) is { } size && (!length.IsKnown || length.Constant % heads == 0)
        ? size : throw s.Fail($"{heads} heads do not divide {length}.");
}
