namespace Pare.Operators;

/// <summary>The slices of input 0 along an axis that the indices (input 1) name; negative indices count from the end.</summary>
public sealed partial record Gather : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Gather", r => new Gather { Axis = r.Int32("axis", 0) });

    /// <inheritdoc/>
    public override string Name => "Gather";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64, DType.I32);
        Shape x = s.Shape(0);
        int axis = s.Axis(Axis, x.Rank);
        if (x[axis].IsKnown && s.Numbers(1) is { } indices && indices.Any(i => i < -x[axis].Constant || i >= x[axis].Constant))
            throw s.Fail($"an index of [{string.Join(", ", indices.Take(8))}] is outside axis {axis}, which has {x[axis]}.");
        var type = new TensorType(s.Type(0).DType, new Shape([.. x.Take(axis), .. s.Shape(1), .. x.Skip(axis + 1)]));
        s.Output(0, type);
        s.Move(this, type);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        AxisSlices slices = AxisSlices.Of(x.Shape, x.Shape.Axis(Axis));
        var indices = new Wholes(inputs[1]!);
        int part = slices.Inner * x.DType.Size();
        for (int outer = 0, at = 0; outer < slices.Outer; outer++)
            for (int i = 0; i < indices.Length; i++, at++)
                x.Bytes.Slice((outer * slices.Length + Index(indices[i], slices.Length)) * part, part).CopyTo(y.Bytes[(at * part)..]);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Int("axis", Axis);

    internal static int Index(long index, int length) => index >= -length && index < length
        ? (int)(index < 0 ? index + length : index)
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"Gather: the index is outside an axis of {length}.");
}
