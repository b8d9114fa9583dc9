namespace Pare.Operators;

/// <summary>
/// y = (x - mean) / sqrt(variance + epsilon) * scale + bias, statistics of each group of channels of each picture. Inputs x [N, C, ...],
/// scale, bias: a number for each channel, or for each group where <see cref="ScalesGroups"/> says so.
/// </summary>
/// <remarks>Wu, He, "Group Normalization", ECCV 2018.</remarks>
public sealed record GroupNormalization : Operator
{
    /// <summary>How many groups the channels are cut into.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Scale and bias have a number for each group, the form of opsets 18 to 20, which newer opsets cannot express.</summary>
    public bool ScalesGroups { get; init; }

    /// <summary>The type in which the file wants the statistics computed.</summary>
    public DType StatisticsType { get; init; } = DType.F32;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("GroupNormalization", r => new GroupNormalization
    {
        Groups = r.Int32("num_groups", least: 1),
        Epsilon = r.Float("epsilon", 1e-5f),
        ScalesGroups = r.Opset < 21,
        StatisticsType = StashType.Read(r),
    }, SinceOpset: 18);

    /// <inheritdoc/>
    public override string Name => "GroupNormalization";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.RealType(0);
        Shape x = s.ShapeOfRank(0, 2, int.MaxValue);
        if (x[1].IsKnown && x[1].Constant % Groups != 0) throw s.Fail($"{Groups} groups do not divide {x[1]} channels.");
        for (int i = 1; i < 3; i++)
        {
            s.SameType(0, i);
            Dim needed = ScalesGroups ? Groups : x[1];
            if (!s.ShapeOfRank(i, 1, 1)[0].Agrees(needed))
                throw s.Fail($"input {i} ('{s.Node.Input(i)}') has {s.Shape(i)[0]} numbers; one for each {(ScalesGroups ? "group" : "channel")} is needed: {needed}.");
        }
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    // Groups stay as many and equal, so that index j of all groups falls at once.
    public override void Channels(ChannelScope s)
    {
        if (s.ChannelsAlong(0, 1) is { } channels)
        {
            int size = channels.Length / Groups;
            for (int i = size; i < channels.Length; i++) s.Tie(channels[i % size], channels[i]);
        }
        s.KeepWithVectors(ScalesGroups ? [] : [1, 2]);
    }

    /// <inheritdoc/>
    // mean: 1, variance: 3, factor and offset: 2
    public override OperatorCost Cost(InferScope s) => new(0, 6 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), scale = new(inputs[1]!), bias = new(inputs[2]!), y = new(outputs[0]);
        AxisSlices slices = AxisSlices.Of(inputs[0]!.Shape, 1);
        int length = slices.Length / Groups * slices.Inner;
        for (int row = 0; row < slices.Outer * Groups; row++)
        {
            Statistics statistics = Statistics.Of(x, row * length, length, Epsilon);
            for (int i = row * length; i < (row + 1) * length; i++)
            {
                int c = ScalesGroups ? row % Groups : i / slices.Inner % slices.Length;
                y[i] = (x[i] - statistics.Mean) * statistics.Inverse * scale[c] + bias[c];
            }
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (ScalesGroups) s.Refuse();
        StandardizeGradient.ByChannel(s, new StandardizeGradient(1, Groups, Epsilon));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(ScalesGroups ? 18 : 21, ScalesGroups ? Name : "GroupNormalization with a scale for each channel");
        if (ScalesGroups && w.Opset >= 21)
            throw new UnsupportedException($"GroupNormalization with a scale for each group exists in opsets 18 to 20 only; opset {w.Opset} cannot express it.");
        w.Int("num_groups", Groups);
        w.Float("epsilon", Epsilon);
        StashType.Write(w, StatisticsType);
    }
}
