namespace Pare.Operators;

/// <summary>The gradient of a <see cref="Slice"/>'s input: dy in its places, 0 elsewhere. Inputs dy, shape of x (I64), then those of the slice: starts, ends, axes, steps.</summary>
internal sealed record SliceGradient : Operator
{
    public static OperatorSpec Spec { get; } = new("SliceGradient", _ => new SliceGradient(), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "SliceGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(4, 6);
        s.Output(s.RealType(0), s.ShapeFrom(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        outputs[0].Bytes.Clear();
        AxisTables.Scatter(inputs[0]!, SliceAxis.Tables(outputs[0].Shape, inputs[2..]), outputs[0]);
    }
}
