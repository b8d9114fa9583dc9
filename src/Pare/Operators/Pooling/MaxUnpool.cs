namespace Pare.Operators;

/// <summary>
/// Puts each element back to where a <see cref="MaxPool"/> took it from; all else is 0. Inputs x, indices (the pool's output 1) and output
/// shape (optional): the indices count within the shape that the window gives, what is larger than that stays 0.
/// </summary>
public sealed record MaxUnpool : Operator
{
    /// <summary>The pool's window.</summary>
    public Window Window { get; init; } = new();

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("MaxUnpool", r => new MaxUnpool { Window = WindowAttributes.Read(r) }, SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "MaxUnpool";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        s.RealType(0);
        s.Holds(1, DType.I64);
        Shape x = s.ShapeOfRank(0, 3, int.MaxValue);
        if (Window.Kernel.Count != x.Rank - 2) throw s.Fail($"attribute 'kernel_shape' is {Window.Kernel}, the input has {x.Rank - 2} spatial axes.");
        Shape shape = !s.Has(2) ? Pooled(x) : s.Integers(2) is { } dims ? new Shape(dims) : s.UnknownShape(x.Rank);
        if (shape.Rank != x.Rank) throw s.Fail($"the output shape {shape} has {shape.Rank} axes, the input has {x.Rank}.");
        s.Output(s.Type(0).DType, shape);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        Shape pooled = Pooled(x.Shape);
        int[] steps = new int[y.Shape.Rank];
        for (int axis = steps.Length - 1, step = 1; axis >= 0; step *= y.Dims[axis--]) steps[axis] = step;
        Reals from = new(x), to = new(y);
        for (int i = 0; i < to.Length; i++) to[i] = 0;
        Span<long> indices = inputs[1]!.As<long>();
        for (int i = 0; i < from.Length; i++)
        {
            int rest = checked((int)indices[i]), at = 0;
            bool outside = rest < 0 || rest >= pooled.Elements;
            for (int axis = steps.Length - 1; axis >= 0 && !outside; axis--)
            {
                rest = Math.DivRem(rest, pooled.Fixed[axis], out int index);
                outside = index >= y.Dims[axis];
                at += index * steps[axis];
            }
            if (outside) throw new DataException($"MaxUnpool: index {indices[i]} of element {i} lies outside of the output {y.Shape}.");
            to[at] = from[i];
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(9, Name);
        WindowAttributes.Write(Window, w);
    }

    private Shape Pooled(Shape x)
    {
        int rank = x.Rank - 2;
        return new Shape([x[0], x[1], .. Enumerable.Range(0, rank).Select(a =>
            (x[a + 2] - 1) * (Window.Strides.IsEmpty ? 1 : Window.Strides[a]) + Window.Kernel[a] - (Window.Pads.IsEmpty ? 0 : Window.Pads[a] + Window.Pads[a + rank]))]);
    }
}
