namespace Pare.Operators;

/// <summary>The input several times along each axis; input 1 says how often.</summary>
public sealed record Tile : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Tile", _ => new Tile());

    /// <inheritdoc/>
    public override string Name => "Tile";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64);
        Shape x = s.Shape(0);
        if (!s.ShapeOfRank(1, 1, 1)[0].Agrees(x.Rank)) throw s.Fail($"it has {s.Shape(1)[0]} repeats, the input {x} has {x.Rank} axes.");
        Shape shape = s.Integers(1) is { } times
            ? new Shape(x.Select((d, axis) => Dim.Multiply(d, times[axis]) ?? s.Unknown(axis)))
            : s.UnknownShape(x.Rank);
        var type = new TensorType(s.Type(0).DType, shape);
        s.Output(0, type);
        s.Move(this, type);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.MoveChannels(this);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape from = inputs[0]!.Shape;
        int[][] tables = [.. outputs[0].Dims.Select((length, axis) => Enumerable.Range(0, length).Select(i => i % from.Fixed[axis]).ToArray())];
        AxisTables.Gather(inputs[0]!, tables, outputs[0]);
    }
}
