namespace Pare.Operators;

/// <summary>exp(x) / sum of exp(x) along an axis, or the logarithm of that.</summary>
public sealed partial record Softmax : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>The sum goes over <see cref="Axis"/> and all axes after it, as before opset 13.</summary>
    public bool Flattened { get; init; }

    /// <summary>The logarithm: ONNX's LogSoftmax.</summary>
    public bool Log { get; init; }

    /// <inheritdoc/>
    public override string Name => Log ? "LogSoftmax" : "Softmax";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.RealType(0);
        if (!Flattened || Axis != s.Shape(0).Rank) s.Axis(Axis, s.Shape(0).Rank);
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    // maximum, difference, exp, sum, quotient
    public override OperatorCost Cost(InferScope s) => new(0, 5 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        AxisSlices slices = Slices(inputs[0]!.Shape);
        for (int row = 0; row < slices.Outer * slices.Inner; row++)
        {
            int start = row / slices.Inner * slices.Length * slices.Inner + row % slices.Inner;
            double most = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < slices.Length; i++) most = Math.Max(most, x[start + i * slices.Inner]);
            for (int i = 0; i < slices.Length; i++) sum += Math.Exp(x[start + i * slices.Inner] - most);
            for (int i = 0; i < slices.Length; i++)
            {
                double shifted = x[start + i * slices.Inner] - most;
                y[start + i * slices.Inner] = Log ? shifted - Math.Log(sum) : Math.Exp(shifted) / sum;
            }
        }
    }

    /// <summary>The view of the shape along what is summed over.</summary>
    internal AxisSlices Slices(Shape shape)
    {
        if (!Flattened) return AxisSlices.Of(shape, shape.Axis(Axis));
        int axis = Axis < 0 ? Axis + shape.Rank : Axis;
        return new AxisSlices((int)new Shape(shape.Take(axis)).Elements, (int)new Shape(shape.Skip(axis)).Elements, 1);
    }
}
