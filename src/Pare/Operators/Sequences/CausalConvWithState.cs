namespace Pare.Operators;

/// <summary>
/// A depthwise convolution over time that sees only what came before. Inputs x [N, C, T], weight [C, 1, K], bias [C] (optional), past state
/// [N, C, K - 1] (optional, zeros); outputs y [N, C, T] and the present state [N, C, K - 1].
/// </summary>
public sealed record CausalConvWithState : Operator
{
    /// <summary>The output is multiplied with its own sigmoid.</summary>
    public bool Silu { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("CausalConvWithState", r => new CausalConvWithState
    {
        Silu = r.Text("activation", "none") switch
        {
            "none" => false,
            "silu" or "swish" => true,
            var other => throw r.Fail($"attribute 'activation' is '{other}'; none, silu or swish is needed."),
        },
    }, SinceOpset: 27);

    /// <inheritdoc/>
    public override string Name => "CausalConvWithState";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 4);
        s.RealType(0);
        Shape x = s.ShapeOfRank(0, 3, 3), weight = s.ShapeOfRank(1, 3, 3);
        for (int i = 1; i < s.InputCount; i++)
            if (s.Has(i)) s.SameType(0, i);
        if (!weight[0].Agrees(x[1]) || !weight[1].Agrees(1)) throw s.Fail($"the weight is {weight}, the input {x}; [{x[1]}, 1, K] is needed.");
        Dim kept = weight[2] - 1;
        if (s.Has(2) && !s.ShapeOfRank(2, 1, 1)[0].Agrees(x[1])) throw s.Fail($"the bias has {s.Shape(2)[0]} numbers, the input has {x[1]} channels.");
        if (s.Has(3) && !s.ShapeOfRank(3, 3, 3)[2].Agrees(kept)) throw s.Fail($"the past state is {s.Shape(3)}; [{x[0]}, {x[1]}, {kept}] is needed.");
        s.Output(0, s.Type(0));
        s.Output(1, new TensorType(s.Type(0).DType, new Shape([x[0], x[1], kept])));
    }

    /// <inheritdoc/>
    // y[t] = bias + sum over k of weight[k] z[t + k], z = past state, then x
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        Reals from = new(x), weight = new(inputs[1]!);
        int channels = x.Dims[1], steps = x.Dims[2], taps = inputs[1]!.Dims[2], kept = taps - 1;
        var row = new double[kept + steps];
        for (int plane = 0; plane < x.Dims[0] * channels; plane++)
        {
            int c = plane % channels;
            for (int t = 0; t < kept; t++) row[t] = inputs.Length > 3 && inputs[3] is { } past ? new Reals(past)[plane * kept + t] : 0;
            for (int t = 0; t < steps; t++) row[kept + t] = from[plane * steps + t];
            for (int t = 0; t < steps && outputs.Asked(0); t++)
            {
                double sum = inputs.Length > 2 && inputs[2] is { } bias ? new Reals(bias)[c] : 0;
                for (int k = 0; k < taps; k++) sum += weight[c * taps + k] * row[t + k];
                var y = new Reals(outputs[0]);
                y[plane * steps + t] = Silu ? sum / (1 + Math.Exp(-sum)) : sum;
            }
            for (int t = 0; t < kept && outputs.Asked(1); t++)
            {
                var state = new Reals(outputs[1]);
                state[plane * kept + t] = row[steps + t];
            }
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(checked(s.Shape(0).Elements * s.Shape(1).Fixed[2]));

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input == 1 ? 0 : null;

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(27, Name);
        if (Silu) w.Text("activation", "silu");
    }
}
