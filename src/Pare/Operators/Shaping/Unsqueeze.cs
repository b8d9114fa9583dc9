namespace Pare.Operators;

/// <summary>Puts axes of length 1 in: input 1 says where they stand in the output.</summary>
public sealed partial record Unsqueeze : Operator
{
    /// <summary>How it is read: before opset 13 the axes are an attribute.</summary>
    public static OperatorSpec Spec { get; } = new("Unsqueeze", r =>
    {
        if (r.Opset < 13) r.IntsToInput("axes", 1);
        return new Unsqueeze();
    });

    /// <inheritdoc/>
    public override string Name => "Unsqueeze";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        Shape x = s.Shape(0);
        long[] wish = s.Numbers(1) ?? throw s.Fail($"its axes ('{s.Node.Input(1)}') are not known before running.");
        int rank = x.Rank + wish.Length, next = 0;
        int[] axes = s.Axes(wish, rank);
        var dims = new Dim[rank];
        for (int axis = 0; axis < rank; axis++) dims[axis] = axes.Contains(axis) ? 1 : x[next++];
        s.Output(s.Type(0).DType, new Shape(dims));
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
