namespace Pare.Operators;

/// <summary>The gradient of a <see cref="Resize"/>'s input. Inputs dy, the shape of x (I64), and the resize's own inputs after x.</summary>
/// <param name="Resize">The resize.</param>
internal sealed record ResizeGradient(Resize Resize) : Operator
{
    public static OperatorSpec Spec { get; } = new("ResizeGradient", r => new ResizeGradient((Resize)Resize.Spec.Read(r)), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "ResizeGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 5);
        s.Output(s.RealType(0), s.ShapeFrom(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ResizeAxis?[] axes = Resize.Tables(outputs[0].Shape, inputs[0]!.Shape, inputs, 2);
        double[] values = new Reals(inputs[0]!).ToArray();
        Shape shape = inputs[0]!.Shape;
        for (int i = axes.Length - 1; i >= 0; i--)
        {
            if (axes[i] is not { } axis) continue;
            AxisSlices slices = AxisSlices.Of(shape, i);
            values = axis.ApplyTransposed(values, slices.Outer, slices.Inner);
            shape = shape.With(i, axis.Input);
        }
        new Reals(outputs[0]).Set(values);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Resize.Write(w);
}
