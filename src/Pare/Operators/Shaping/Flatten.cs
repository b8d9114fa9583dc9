namespace Pare.Operators;

/// <summary>The same elements as a matrix: the axes before <see cref="Axis"/> are its rows, the others its columns.</summary>
public sealed partial record Flatten : Operator
{
    /// <summary>The first axis of the columns; negative counts from the end.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Flatten", r => new Flatten { Axis = r.Int32("axis", 1) });

    /// <inheritdoc/>
    public override string Name => "Flatten";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        Shape x = s.Shape(0);
        int axis = Axis == x.Rank ? x.Rank : s.Axis(Axis, x.Rank);
        s.Output(s.Type(0).DType, new Shape([x[..axis].Product() ?? s.Unknown(0), x[axis..].Product() ?? s.Unknown(1)]));
        s.KeepIntegers();
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.MoveChannels(this);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Axis(Axis, "Flatten");
    }
}
