namespace Pare.Operators;

/// <summary>Where the input is not 0: row r of the output holds the indices along axis r (I64), in row-major order.</summary>
public sealed record NonZero : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("NonZero", _ => new NonZero(), SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "NonZero";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        Dim count = s.Known(0) is { } known ? Places(known).Length : s.Unknown(1);
        var type = new TensorType(DType.I64, new Shape([s.Shape(0).Rank, count]));
        s.Output(0, type);
        s.Compute(this, type);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int[] places = Places(inputs[0]!);
        Span<long> y = outputs[0].As<long>();
        for (int axis = 0; axis < inputs[0]!.Shape.Rank; axis++)
        {
            AxisSlices slices = AxisSlices.Of(inputs[0]!.Shape, axis);
            for (int i = 0; i < places.Length; i++) y[axis * places.Length + i] = places[i] / slices.Inner % slices.Length;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(9, Name);

    private static int[] Places(Tensor x)
    {
        bool real = Reals.Holds(x.DType);
        return [.. AxisTables.Identity(x.Length).Where(i => real ? new Reals(x)[i] != 0 : new Wholes(x)[i] != 0)];
    }
}
