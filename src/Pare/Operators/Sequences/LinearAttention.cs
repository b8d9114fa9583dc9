namespace Pare.Operators;

/// <summary>
/// Attention as a recurrence: a state S [size, value size] of each head takes in a key and a value at each step, and a query reads it. Inputs q
/// [N, T, heads * size], k, v (heads of keys), past state [N, key heads, size, value size] (optional), decay [N, T, key heads (* size)] and
/// beta [N, T, key heads or 1] (by the rule); outputs y [N, T, heads * value size] and the present state.
/// </summary>
/// <remarks>Gated rules multiply S by exp(decay) first; delta rules write beta (v - S^T k) instead of v (Yang and others, 2024).</remarks>
public sealed record LinearAttention : Operator
{
    /// <summary>Heads of the queries.</summary>
    public int QueryHeads { get; init; } = 1;

    /// <summary>Heads of keys and values.</summary>
    public int KeyHeads { get; init; } = 1;

    /// <summary>The state decays.</summary>
    public bool Gated { get; init; } = true;

    /// <summary>What the state knows already is subtracted from the value.</summary>
    public bool Delta { get; init; } = true;

    /// <summary>Factor of the output; 0: 1 / sqrt(size).</summary>
    public float Scale { get; init; }

    /// <summary>A hint to implementations; it changes no value.</summary>
    public int ChunkSize { get; init; } = 64;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("LinearAttention", r => new LinearAttention
    {
        QueryHeads = r.Int32("q_num_heads", least: 1),
        KeyHeads = r.Int32("kv_num_heads", least: 1),
        Gated = Rule(r) is "gated" or "gated_delta",
        Delta = Rule(r) is "delta" or "gated_delta",
        Scale = r.Float("scale", 0),
        ChunkSize = r.Int32("chunk_size", 64),
    }, SinceOpset: 27);

    /// <inheritdoc/>
    public override string Name => "LinearAttention";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 6);
        DType type = s.RealType(0);
        if (QueryHeads % KeyHeads != 0) throw s.Fail($"{KeyHeads} heads of keys do not divide {QueryHeads} heads of queries.");
        if (s.Has(4) != Gated || s.Has(5) != Delta) throw s.Fail($"the rule needs decay: {Gated}, beta: {Delta}; given are decay: {s.Has(4)}, beta: {s.Has(5)}.");
        Shape q = s.ShapeOfRank(0, 3, 3), v = s.ShapeOfRank(2, 3, 3);
        if (Dim.Divide(q[2], QueryHeads) is not { } size || Dim.Divide(v[2], KeyHeads) is not { } valueSize || !s.ShapeOfRank(1, 3, 3)[2].Agrees(size * KeyHeads))
            throw s.Fail($"queries {q}, keys {s.Shape(1)} and values {v} do not fit {QueryHeads} and {KeyHeads} heads.");
        s.Output(0, new TensorType(type, new Shape([q[0], q[1], valueSize * QueryHeads])));
        s.Output(1, new TensorType(s.Has(3) ? s.RealType(3) : type, new Shape([q[0], KeyHeads, size, valueSize])));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        HeadView q = HeadView.Of(inputs[0]!.Shape, QueryHeads), k = HeadView.Of(inputs[1]!.Shape, KeyHeads), v = HeadView.Of(inputs[2]!.Shape, KeyHeads);
        var state = new double[k.Size * v.Size];
        for (int n = 0; n < q.Batch; n++)
            for (int h = 0; h < KeyHeads; h++)
            {
                int first = (n * KeyHeads + h) * state.Length;
                for (int i = 0; i < state.Length; i++) state[i] = inputs.Length > 3 && inputs[3] is { } past ? new Reals(past)[first + i] : 0;
                for (int t = 0; t < q.Steps; t++)
                {
                    if (Gated) Decay(inputs[4]!, state, k, v.Size, n, h, t);
                    Take(inputs, state, k, v, n, h, t);
                    for (int head = h * (QueryHeads / KeyHeads); head < (h + 1) * (QueryHeads / KeyHeads) && outputs.Asked(0); head++)
                        Answer(inputs[0]!, outputs[0], state, q, v.Size, n, head, t);
                }
                for (int i = 0; i < state.Length && outputs.Asked(1); i++)
                {
                    var present = new Reals(outputs[1]);
                    present[first + i] = state[i];
                }
            }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s)
    {
        HeadView q = HeadView.Of(s.Shape(0), QueryHeads), v = HeadView.Of(s.Shape(2), KeyHeads);
        return new OperatorCost(checked((long)q.Batch * q.Steps * q.Size * v.Size * (QueryHeads + (Delta ? 2L : 1) * KeyHeads)));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(27, Name);
        w.Int("q_num_heads", QueryHeads);
        w.Int("kv_num_heads", KeyHeads);
        w.Text("update_rule", (Gated, Delta) switch { (true, true) => "gated_delta", (true, false) => "gated", (false, true) => "delta", _ => "linear" });
        if (Scale != 0) w.Float("scale", Scale);
        if (ChunkSize != 64) w.Int("chunk_size", ChunkSize);
    }

    // S[d, m] *= exp(decay[d])
    private void Decay(Tensor decay, double[] state, HeadView k, int width, int n, int h, int t)
    {
        var gates = new Reals(decay);
        bool shared = decay.Dims[2] == KeyHeads;
        for (int i = 0; i < state.Length; i++)
            state[i] *= Math.Exp(gates[shared ? (n * k.Steps + t) * KeyHeads + h : k.At(n, h, t) + i / width]);
    }

    // S[d, m] += k[d] w[m], w = v or beta (v - sum over d of S[d, m] k[d])
    private void Take(ReadOnlySpan<Tensor?> inputs, double[] state, HeadView k, HeadView v, int n, int h, int t)
    {
        Reals keys = new(inputs[1]!), values = new(inputs[2]!);
        int key = k.At(n, h, t);
        for (int m = 0; m < v.Size; m++)
        {
            double written = values[v.At(n, h, t) + m];
            if (Delta)
            {
                for (int d = 0; d < k.Size; d++) written -= state[d * v.Size + m] * keys[key + d];
                int each = inputs[5]!.Dims[2];
                written *= new Reals(inputs[5]!)[(n * k.Steps + t) * each + h % each];
            }
            for (int d = 0; d < k.Size; d++) state[d * v.Size + m] += keys[key + d] * written;
        }
    }

    // y[m] = scale * sum over d of q[d] S[d, m]
    private void Answer(Tensor queries, Tensor output, double[] state, HeadView q, int width, int n, int head, int t)
    {
        Reals from = new(queries), y = new(output);
        double scale = Scale != 0 ? Scale : 1 / Math.Sqrt(q.Size);
        for (int m = 0; m < width; m++)
        {
            double sum = 0;
            for (int d = 0; d < q.Size; d++) sum += from[q.At(n, head, t) + d] * state[d * width + m];
            y[(q with { Size = width }).At(n, head, t) + m] = scale * sum;
        }
    }

    private static string Rule(OperatorReader r) => r.Text("update_rule", "gated_delta") is "linear" or "gated" or "delta" or "gated_delta"
        ? r.Text("update_rule", "gated_delta")
        : throw r.Fail($"attribute 'update_rule' is '{r.Text("update_rule")}'; linear, gated, delta or gated_delta is needed.");
}
