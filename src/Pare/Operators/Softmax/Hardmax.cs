namespace Pare.Operators;

/// <summary>1 where the first of the largest elements along an axis stands, 0 elsewhere.</summary>
public sealed record Hardmax : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>The largest is looked for over <see cref="Axis"/> and all axes after it, as before opset 13.</summary>
    public bool Flattened { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Hardmax", r =>
    {
        (int axis, bool flattened) = Softmax.ReadAxis(r);
        return new Hardmax { Axis = axis, Flattened = flattened };
    });

    /// <inheritdoc/>
    public override string Name => "Hardmax";

    private Softmax Rows => new() { Axis = Axis, Flattened = Flattened };

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.RealType(0);
        Rows.Infer(s);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        AxisSlices slices = Rows.Slices(inputs[0]!.Shape);
        for (int row = 0; row < slices.Outer * slices.Inner; row++)
        {
            int start = row / slices.Inner * slices.Length * slices.Inner + row % slices.Inner, best = 0;
            for (int i = 0; i < slices.Length; i++)
            {
                if (x[start + i * slices.Inner] > x[start + best * slices.Inner]) best = i;
                y[start + i * slices.Inner] = 0;
            }
            if (slices.Length > 0) y[start + best * slices.Inner] = 1;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Rows.WriteAxis(w, Name);
}
