namespace Pare.Operators;

/// <summary>Cuts the input along an axis into the lengths of input 1, or into equal parts of which the last may be shorter.</summary>
public sealed partial record Split : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; }

    /// <summary>How many parts, where input 1 is absent; 0 where it is there.</summary>
    public int Parts { get; init; }

    /// <summary>How it is read: the lengths are an attribute before opset 13, the number of parts is one since 18.</summary>
    public static OperatorSpec Spec { get; } = new("Split", Read);

    /// <inheritdoc/>
    public override string Name => "Split";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 2);
        Shape x = s.Shape(0);
        int axis = s.Axis(Axis, x.Rank), count = s.Node.Outputs.Length;
        Dim[] lengths = s.Has(1) ? Given(s, count) : Equal(s, x[axis], count);
        if (x[axis].IsKnown && lengths.All(l => l.IsKnown) && lengths.Sum(l => l.Constant) != x[axis].Constant)
            throw s.Fail($"the parts [{string.Join(", ", lengths)}] add up to {lengths.Sum(l => l.Constant)}, axis {axis} has {x[axis]}.");
        for (int i = 0; i < count; i++) s.Output(i, new TensorType(s.Type(0).DType, x.With(axis, lengths[i])));
        if (x.Rank != 1 || s.Integers(0) is not { } values || !lengths.All(l => l.IsKnown)) return;
        for (int i = 0, at = 0; i < count; at += (int)lengths[i++].Constant)
            s.OutputIntegers(i, [.. values.Skip(at).Take((int)lengths[i].Constant)]);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        int axis = x.Shape.Axis(Axis), at = 0, size = x.DType.Size();
        AxisSlices whole = AxisSlices.Of(x.Shape, axis);
        foreach (Tensor y in outputs)
        {
            int part = y.Dims[axis] * whole.Inner * size;
            for (int outer = 0; outer < whole.Outer; outer++)
                x.Bytes.Slice((outer * whole.Length + at) * whole.Inner * size, part).CopyTo(y.Bytes[(outer * part)..]);
            at += y.Dims[axis];
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (w.Opset < 18 && Parts > 0 && w.InputType(0)?.Shape is { } x && x[x.Axis(Axis)] is { IsKnown: true, Constant: var length } && length % Parts != 0)
            w.Since(18, $"Split of {length} into {Parts} unequal parts");
        w.Axis(Axis, "Split");
        if (w.Opset < 13) w.InputToInts(1, "split");
        if (w.Opset >= 18 && Parts > 0) w.Int("num_outputs", Parts);
    }

    private static Split Read(OperatorReader r)
    {
        bool given = r.Opset < 13 ? r.Has("split") : r.InputCount > 1;
        if (r.Opset < 13) r.IntsToInput("split", 1);
        return new Split { Axis = r.Int32("axis", 0), Parts = given ? 0 : r.Opset < 18 ? r.OutputCount : r.Int32("num_outputs", r.OutputCount) };
    }

    private static Dim[] Given(InferScope s, int count)
    {
        Dim[] lengths = s.Integers(1) is { } values ? [.. values] : [.. Enumerable.Range(0, count).Select(s.Unknown)];
        return lengths.Length == count ? lengths : throw s.Fail($"it has {count} outputs, but {lengths.Length} lengths.");
    }

    private Dim[] Equal(InferScope s, Dim length, int count)
    {
        if (Parts != 0 && Parts != count) throw s.Fail($"attribute 'num_outputs' is {Parts}, it has {count} outputs.");
        if (!length.IsKnown) return [.. Enumerable.Repeat(Dim.Divide(length, count) ?? s.Unknown(0), count)];
        long part = (length.Constant + count - 1) / count;
        return [.. Enumerable.Range(0, count).Select(i => (Dim)Math.Clamp(length.Constant - i * part, 0, part))];
    }
}
