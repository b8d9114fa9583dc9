namespace Pare.Operators;

/// <summary>A matrix of the shape of the input with ones on a diagonal and zeros elsewhere.</summary>
public sealed record EyeLike : Operator
{
    /// <summary>Element type; null: that of the input.</summary>
    public DType? Type { get; init; }

    /// <summary>Columns by which the diagonal is moved to the right.</summary>
    public int Diagonal { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new(
        "EyeLike",
        r => new EyeLike { Type = r.Has("dtype") ? OnnxTypes.Of(r, r.Int32("dtype")) : null, Diagonal = r.Int32("k", 0) },
        SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "EyeLike";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Output(Type ?? s.Type(0).DType, s.ShapeOfRank(0, 2, 2));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        for (int at = 0; at < y.Length; at++)
        {
            int one = at % y.Dims[1] - at / y.Dims[1] == Diagonal ? 1 : 0;
            if (Reals.Holds(y.DType)) new Reals(y)[at] = one;
            else new Wholes(y)[at] = one;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(9, Name);
        if (Type is { } type) w.Int("dtype", OnnxTypes.Number(type));
        w.Int("k", Diagonal);
    }
}
