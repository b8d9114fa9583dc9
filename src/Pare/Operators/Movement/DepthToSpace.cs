namespace Pare.Operators;

/// <summary>[N, C b b, H, W] becomes [N, C, H b, W b]: channels are spread over blocks of b by b.</summary>
/// <param name="Block">The side of a block, b.</param>
public sealed record DepthToSpace(int Block) : Operator
{
    /// <summary>The channel of block position (i, j) is (c b + i) b + j rather than (i b + j) C + c: ONNX's mode CRD.</summary>
    public bool ChannelFirst { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("DepthToSpace", Read);

    /// <inheritdoc/>
    public override string Name => "DepthToSpace";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        Shape x = s.ShapeOfRank(0, 4, 4);
        if (x[1].IsKnown && x[1].Constant % (Block * Block) != 0)
            throw s.Fail($"input 0 is {x}; its {x[1]} channels must be a multiple of {Block * Block}, blocks of {Block} by {Block}.");
        s.Output(s.Type(0).DType, new Shape([x[0], Dim.Divide(x[1], Block * Block) ?? s.Unknown(1), x[2] * Block, x[3] * Block]));
    }

    /// <inheritdoc/>
    // A channel of the output is made of b b channels of the input.
    public override void Channels(ChannelScope s)
    {
        if (s.Input(0) is not { } map) return;
        if (map.Along(1) is not { } inputs)
        {
            s.KeepAll("channels lie across axes");
            return;
        }
        int parts = Block * Block, count = inputs.Length / parts;
        int[] outputs = [.. Enumerable.Range(0, count).Select(c => inputs[ChannelFirst ? c * parts : c])];
        for (int i = 0; i < inputs.Length; i++) s.Tie(outputs[ChannelFirst ? i / parts : i % count], inputs[i]);
        s.Output(ChannelMap.Along(s.OutputShape(), 1, outputs));
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
        if (!s.Needs(0)) return;
        Shape x = s.Type(0).Shape;
        if (x.Skip(1).Any(d => !d.IsKnown)) s.Refuse();
        long[] wish = [-1, x[1].Constant / (Block * Block), x[2].Constant, Block, x[3].Constant, Block];
        string blocks = s.Add(new Reshape(), s.OutputGradient(), s.Constant(Tensor.Vector<long>(wish)));
        string moved = s.Add(new Transpose { Order = ChannelFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4] }, blocks);
        s.InputGradient(0, s.ReshapeTo(moved, 0));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Int("blocksize", Block);
        if (!ChannelFirst) return;
        w.Since(11, "DepthToSpace with mode 'CRD'");
        w.Text("mode", "CRD");
    }

    /// <summary>For each axis of the output and each index the offset in x of the given shape; they add up.</summary>
    internal int[][] Offsets(Shape x)
    {
        int plane = x.Fixed[2] * x.Fixed[3], width = x.Fixed[3], channels = x.Fixed[1] / (Block * Block);
        int channel = ChannelFirst ? Block * Block : 1, across = ChannelFirst ? 1 : channels; // steps of x's channel index
        return
        [
            [.. Enumerable.Range(0, x.Fixed[0]).Select(n => n * x.Fixed[1] * plane)],
            [.. Enumerable.Range(0, channels).Select(c => c * channel * plane)],
            [.. Enumerable.Range(0, x.Fixed[2] * Block).Select(h => h / Block * width + h % Block * Block * across * plane)],
            [.. Enumerable.Range(0, x.Fixed[3] * Block).Select(w => w / Block + w % Block * across * plane)],
        ];
    }

    private static DepthToSpace Read(OperatorReader r) => new(r.Int32("blocksize", least: 1, most: 1 << 14))
    {
        ChannelFirst = r.Text("mode", "DCR") switch
        {
            "DCR" => false,
            "CRD" => true,
            var other => throw r.Fail($"attribute 'mode' is '{other}'; 'DCR' or 'CRD' is needed."),
        },
    };
}
