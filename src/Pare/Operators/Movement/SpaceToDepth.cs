namespace Pare.Operators;

/// <summary>[N, C, H b, W b] becomes [N, b b C, H, W]: blocks of b by b become channels, (i b + j) C + c for position (i, j) of channel c.</summary>
/// <param name="Block">The side of a block, b.</param>
public sealed record SpaceToDepth(int Block) : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("SpaceToDepth", r => new SpaceToDepth(r.Int32("blocksize", least: 1, most: 1 << 14)));

    /// <inheritdoc/>
    public override string Name => "SpaceToDepth";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        Shape x = s.ShapeOfRank(0, 4, 4);
        for (int axis = 2; axis < 4; axis++)
            if (x[axis].IsKnown && x[axis].Constant % Block != 0)
                throw s.Fail($"input 0 is {x}; axis {axis} must be a multiple of {Block}, blocks of {Block} by {Block}.");
        s.Output(
            s.Type(0).DType,
            new Shape([x[0], x[1] * Block * Block, Dim.Divide(x[2], Block) ?? s.Unknown(2), Dim.Divide(x[3], Block) ?? s.Unknown(3)]));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        if (s.Input(0) is not { } map) return;
        if (map.Along(1) is not { } inputs) s.KeepAll("channels lie across axes");
        else s.Output(ChannelMap.Along(s.OutputShape(), 1, [.. Enumerable.Range(0, inputs.Length * Block * Block).Select(k => inputs[k % inputs.Length])]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int[][] offsets = Offsets(inputs[0]!.Shape);
        OffsetTables.Gather(inputs[0]!, offsets, outputs[0]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new DepthToSpace(Block), s.OutputGradient()));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Int("blocksize", Block);

    /// <summary>For each axis of the output and each index the offset in x of the given shape; they add up.</summary>
    internal int[][] Offsets(Shape x)
    {
        int plane = x.Fixed[2] * x.Fixed[3], width = x.Fixed[3], channels = x.Fixed[1];
        return
        [
            [.. Enumerable.Range(0, x.Fixed[0]).Select(n => n * channels * plane)],
            [.. Enumerable.Range(0, channels * Block * Block).Select(k => k % channels * plane + k / channels / Block * width + k / channels % Block)],
            [.. Enumerable.Range(0, x.Fixed[2] / Block).Select(h => h * Block * width)],
            [.. Enumerable.Range(0, x.Fixed[3] / Block).Select(w => w * Block)],
        ];
    }
}
