using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// ONNX's losses by labels: - weight[label] * log p[label]. Inputs scores [N, C, ...], labels [N, ...] (I32 or I64) and weights [C]
/// (optional). NegativeLogLikelihoodLoss takes log p; SoftmaxCrossEntropyLoss takes what a softmax over axis 1 makes p of, and has log p
/// as output 1 (optional).
/// </summary>
/// <remarks>Pare trains by <see cref="SoftmaxCrossEntropy"/>; these are what training graphs of others hold, and have no gradient.</remarks>
public sealed record LabelLoss : Operator
{
    /// <summary>The softmax is part of it: SoftmaxCrossEntropyLoss.</summary>
    public bool WithSoftmax { get; init; }

    /// <summary>How the losses become one.</summary>
    public LossReduction Reduction { get; init; }

    /// <summary>Positions with this label count nothing; null: every position counts.</summary>
    public long? IgnoredLabel { get; init; }

    /// <summary>How both are read.</summary>
    public static ImmutableArray<OperatorSpec> Specs { get; } =
    [
        new("NegativeLogLikelihoodLoss", r => Read(r, withSoftmax: false), SinceOpset: 12),
        new("SoftmaxCrossEntropyLoss", r => Read(r, withSoftmax: true), SinceOpset: 12),
    ];

    /// <inheritdoc/>
    public override string Name => WithSoftmax ? "SoftmaxCrossEntropyLoss" : "NegativeLogLikelihoodLoss";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        DType type = s.RealType(0);
        s.Holds(1, DType.I64, DType.I32);
        Shape scores = s.ShapeOfRank(0, 2, int.MaxValue), labels = s.ShapeOfRank(1, scores.Rank - 1, scores.Rank - 1);
        if (!labels.Zip(scores.Where((_, axis) => axis != 1)).All(p => p.First.Agrees(p.Second)))
            throw s.Fail($"the labels are {labels}, the scores {scores}; labels have all axes of the scores but axis 1.");
        if (s.Has(2) && !s.ShapeOfRank(2, 1, 1)[0].Agrees(scores[1])) throw s.Fail($"there are {s.Shape(2)[0]} weights and {scores[1]} classes.");
        s.Output(0, new TensorType(type, Reduction == LossReduction.None ? labels : Shape.Scalar));
        if (WithSoftmax) s.Output(1, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        AxisSlices slices = AxisSlices.Of(inputs[0]!.Shape, 1);
        double[] logs = WithSoftmax ? LogSoftmax(inputs[0]!) : new Reals(inputs[0]!).ToArray();
        if (WithSoftmax && outputs.Asked(1)) new Reals(outputs[1]).Set(logs);
        var labels = new Wholes(inputs[1]!);
        var y = new Reals(outputs[0]);
        double sum = 0, weights = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double loss = 0, weight = 0;
            if (labels[i] != IgnoredLabel)
            {
                if (labels[i] < 0 || labels[i] >= slices.Length)
                    throw new DataException($"{Name}: the label of position {i} is {labels[i]}; there are {slices.Length} classes, so it must be in [0, {slices.Length - 1}].");
                weight = inputs.Length > 2 && inputs[2] is { } given ? new Reals(given)[(int)labels[i]] : 1;
                loss = -weight * logs[(i / slices.Inner * slices.Length + (int)labels[i]) * slices.Inner + i % slices.Inner];
            }
            if (Reduction == LossReduction.None) y[i] = loss;
            sum += loss;
            weights += weight;
        }
        if (Reduction != LossReduction.None) y[0] = Reduction == LossReduction.Mean ? sum / weights : sum;
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(12, Name);
        if (Reduction != LossReduction.Mean) w.Text("reduction", Reduction == LossReduction.Sum ? "sum" : "none");
        if (IgnoredLabel is { } label) w.Int("ignore_index", label);
    }

    private static double[] LogSoftmax(Tensor scores)
    {
        var logs = new Tensor(DType.F64, scores.Shape);
        new Softmax { Axis = 1, Log = true }.Evaluate([scores], [logs]);
        return logs.As<double>().ToArray();
    }

    private static LabelLoss Read(OperatorReader r, bool withSoftmax) => new()
    {
        WithSoftmax = withSoftmax,
        Reduction = r.Text("reduction", "mean") switch
        {
            "mean" => LossReduction.Mean,
            "sum" => LossReduction.Sum,
            "none" => LossReduction.None,
            var other => throw r.Fail($"attribute 'reduction' is '{other}'; mean, sum or none is needed."),
        },
        IgnoredLabel = r.Has("ignore_index") ? r.Int("ignore_index") : null,
    };
}
