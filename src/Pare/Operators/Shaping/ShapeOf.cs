namespace Pare.Operators;

/// <summary>The lengths of the input as I64 (ONNX: Shape), or a part of them.</summary>
public sealed record ShapeOf : Operator
{
    /// <summary>First axis; negative counts from the end.</summary>
    public int Start { get; init; }

    /// <summary>The axis after the last; null is all. Negative counts from the end.</summary>
    public int? End { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Shape", r => new ShapeOf { Start = r.Int32("start", 0), End = r.Has("end") ? r.Int32("end") : null });

    /// <inheritdoc/>
    public override string Name => "Shape";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        (int start, int count) = Part(s.Shape(0).Rank);
        s.Output(DType.I64, Shape.Of(count));
        s.OutputIntegers(0, [.. s.Shape(0).Skip(start).Take(count)]);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        // Nothing is held: lengths that are read while running follow a cut by themselves.
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        (int start, int count) = Part(inputs[0]!.Shape.Rank);
        for (int i = 0; i < count; i++) outputs[0].As<long>()[i] = inputs[0]!.Dims[start + i];
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (Start == 0 && End is null) return;
        w.Since(15, "Shape of some axes");
        w.Int("start", Start);
        if (End is { } end) w.Int("end", end);
    }

    private (int Start, int Count) Part(int rank)
    {
        int start = Math.Clamp(Start < 0 ? Start + rank : Start, 0, rank);
        int end = Math.Clamp(End is not { } e ? rank : e < 0 ? e + rank : e, 0, rank);
        return (start, Math.Max(0, end - start));
    }
}
