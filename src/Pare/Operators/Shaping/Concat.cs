namespace Pare.Operators;

/// <summary>The inputs one after another along an axis.</summary>
/// <param name="Axis">The axis; negative counts from the end.</param>
public sealed partial record Concat(int Axis) : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Concat", r => new Concat(r.Int32("axis")));

    /// <inheritdoc/>
    public override string Name => "Concat";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, int.MaxValue);
        Shape first = s.Shape(0);
        int axis = s.Axis(Axis, first.Rank);
        Dim[] dims = [.. first];
        for (int i = 1; i < s.InputCount; i++)
        {
            s.SameType(0, i);
            Shape next = s.ShapeOfRank(i, first.Rank, first.Rank);
            for (int a = 0; a < dims.Length; a++)
            {
                if (a == axis) dims[a] += next[a];
                else if (!dims[a].Agrees(next[a])) throw s.Fail($"input {i} is {next}, input 0 is {first}; they must agree on all axes but {axis}.");
                else if (next[a].IsKnown) dims[a] = next[a];
            }
        }
        var type = new TensorType(s.Type(0).DType, new Shape(dims));
        s.Output(0, type);
        s.Move(this, type, s.InputCount);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.MoveChannels(this, s.Node.Inputs.Length, s.OutputShape().Axis(Axis));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        int axis = y.Shape.Axis(Axis), at = 0, size = y.DType.Size();
        AxisSlices whole = AxisSlices.Of(y.Shape, axis);
        foreach (Tensor? x in inputs)
        {
            int part = x!.Dims[axis] * whole.Inner * size;
            for (int outer = 0; outer < whole.Outer; outer++)
                x.Bytes.Slice(outer * part, part).CopyTo(y.Bytes[((outer * whole.Length + at) * whole.Inner * size)..]);
            at += x.Dims[axis];
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Axis(Axis, "Concat");
    }
}
