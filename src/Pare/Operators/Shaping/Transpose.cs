namespace Pare.Operators;

/// <summary>The axes in another order.</summary>
public sealed partial record Transpose : Operator
{
    /// <summary>Axis i of the output is axis Order[i] of the input; empty turns all axes round.</summary>
    public ValueList<int> Order { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Transpose", r => new Transpose { Order = r.IntList("perm") });

    /// <inheritdoc/>
    public override string Name => "Transpose";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        Shape x = s.Shape(0);
        int[] order = OrderOf(x.Rank), sorted = [.. order];
        Array.Sort(sorted);
        if (!sorted.AsSpan().SequenceEqual(AxisTables.Identity(x.Rank)))
            throw s.Fail($"attribute 'perm' is {Order}, the input {x} has {x.Rank} axes; each of 0..{x.Rank - 1} must stand there once.");
        var type = new TensorType(s.Type(0).DType, new Shape(order.Map(a => x[a])));
        s.Output(0, type);
        s.Move(this, type);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.MoveChannels(this);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        int[] order = OrderOf(x.Shape.Rank), steps = order.Map(a => AxisSlices.Of(x.Shape, a).Inner);
        int size = x.DType.Size();
        for (int i = 0; i < y.Length; i++)
            x.Bytes.Slice(Broadcast.Offset(i, y.Shape, steps) * size, size).CopyTo(y.Bytes[(i * size)..]);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.IntList("perm", Order);

    /// <summary>The order written out.</summary>
    internal int[] OrderOf(int rank)
    {
        if (!Order.IsEmpty) return Order.AsSpan().ToArray();
        int[] reversed = AxisTables.Identity(rank);
        Array.Reverse(reversed);
        return reversed;
    }
}
