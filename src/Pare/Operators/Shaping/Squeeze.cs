namespace Pare.Operators;

/// <summary>Takes axes of length 1 out: those of input 1, or all.</summary>
public sealed partial record Squeeze : Operator
{
    /// <summary>How it is read: before opset 13 the axes are an attribute.</summary>
    public static OperatorSpec Spec { get; } = new("Squeeze", r =>
    {
        if (r.Opset < 13) r.IntsToInput("axes", 1);
        return new Squeeze();
    });

    /// <inheritdoc/>
    public override string Name => "Squeeze";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 2);
        Shape x = s.Shape(0);
        int[] axes = s.Has(1)
            ? s.Axes(s.Numbers(1) ?? throw s.Fail($"its axes ('{s.Node.Input(1)}') are not known before running."), x.Rank)
            : [.. Enumerable.Range(0, x.Rank).Where(a => x[a] == 1)];
        foreach (int axis in axes)
            if (!x[axis].Agrees(1)) throw s.Fail($"axis {axis} of {x} has the length {x[axis]}; only lengths of 1 can be taken out.");
        s.Output(s.Type(0).DType, new Shape(x.Where((_, a) => !axes.Contains(a))));
        s.KeepIntegers();
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.MoveChannels(this);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (w.Opset < 13) w.InputToInts(1, "axes");
    }
}
