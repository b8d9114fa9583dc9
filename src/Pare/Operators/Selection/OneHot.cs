namespace Pare.Operators;

/// <summary>A new axis on which the place that each index names is marked. Inputs indices, depth (the length of the axis), values (off, on).</summary>
public sealed record OneHot : Operator
{
    /// <summary>Where the new axis stands in the output; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("OneHot", r => new OneHot { Axis = r.Int32("axis", -1) }, SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "OneHot";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.NumberType(0);
        s.NumberType(1);
        if (!s.ShapeOfRank(2, 1, 1)[0].Agrees(2)) throw s.Fail($"its values have {s.Shape(2)[0]} elements; two are needed, off and on.");
        Shape indices = s.Shape(0);
        int axis = s.Axis(Axis, indices.Rank + 1);
        Dim depth = s.Integers(1) is [var length] ? length : s.Known(1) is { Length: 1 } number ? (long)Elements.Number(number) : s.Unknown(axis);
        s.Output(s.Type(2).DType, new Shape([.. indices.Take(axis), depth, .. indices.Skip(axis)]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor indices = inputs[0]!, y = outputs[0];
        AxisSlices slices = AxisSlices.Of(y.Shape, y.Shape.Axis(Axis));
        bool real = Reals.Holds(indices.DType);
        for (int at = 0; at < y.Length; at++) Elements.Copy(inputs[2]!, 0, y, at);
        for (int i = 0; i < indices.Length; i++)
        {
            long index = real ? (long)new Reals(indices)[i] : new Wholes(indices)[i];
            if (index < 0) index += slices.Length;
            if (index >= 0 && index < slices.Length)
                Elements.Copy(inputs[2]!, 1, y, (i / slices.Inner * slices.Length + (int)index) * slices.Inner + i % slices.Inner);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(9, Name);
        if (w.Opset < 11 && w.Constant(0) is { } indices && !Reals.Holds(indices.DType) && indices.DType != DType.U64 && indices.ToInt64s().Any(i => i < 0))
            w.Since(11, "OneHot of indices counted from the end");
        w.Int("axis", Axis);
    }
}
