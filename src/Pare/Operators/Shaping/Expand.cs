namespace Pare.Operators;

/// <summary>The input broadcast with the shape of input 1.</summary>
public sealed partial record Expand : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Expand", _ => new Expand(), SinceOpset: 8);

    /// <inheritdoc/>
    public override string Name => "Expand";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64);
        Shape x = s.Shape(0), wish = s.ShapeOfRank(1, 1, 1);
        if (s.Integers(1) is null && !wish.IsFixed) throw s.Fail($"the new shape ('{s.Node.Input(1)}') is not known before running, not even how many axes it has.");
        Shape shape = s.Integers(1) is { } dims ? Broadcast.Shape(s, x, new Shape(dims)) : s.UnknownShape(Math.Max(x.Rank, wish.Fixed[0]));
        var type = new TensorType(s.Type(0).DType, shape);
        s.Output(0, type);
        s.Move(this, type);
    }

    /// <inheritdoc/>
    // What is only repeated along an axis can be repeated less often: such an axis has channels of its own.
    public override void Channels(ChannelScope s)
    {
        if (s.Input(0) is not null || s.IsWeight(0))
        {
            s.MoveChannels(this);
            return;
        }
        Shape x = s.Types.Shape(0), y = s.OutputShape();
        int[] grown = [.. Enumerable.Range(0, y.Rank).Where(a => y.Fixed[a] > 1 && (a < y.Rank - x.Rank || x.Fixed[a - y.Rank + x.Rank] == 1))];
        if (grown is [var axis]) s.Output(ChannelMap.Along(y, axis, s.Fresh(y.Fixed[axis])));
    }

    /// <inheritdoc/>
    public override Operator Cut(CutScope s)
    {
        if (!s.IsConstant(1) || s.Types.Numbers(1) is not { } lengths) return this;
        int rank = Math.Max(s.Types.Shape(0).Rank, lengths.Length);
        bool changed = false;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] == 1 || s.OutputStays(0, i + rank - lengths.Length) is not { } stays) continue;
            lengths[i] = stays.Count(k => k);
            changed = true;
        }
        if (changed) s.SetInput(1, Tensor.Vector<long>(lengths));
        return this;
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        var operand = new Operand(x.Shape, y.Shape);
        int size = x.DType.Size();
        for (int i = 0; i < y.Length; i++) x.Bytes.Slice(operand.At(i) * size, size).CopyTo(y.Bytes[(i * size)..]);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(8, Name);
}
