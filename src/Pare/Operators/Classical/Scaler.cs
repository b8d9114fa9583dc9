namespace Pare.Operators;

/// <summary>(x - offset) * scale as F32, with a number for each feature (the last axis) or one for all: scikit-learn's scalers.</summary>
/// <param name="Offset">What is subtracted.</param>
/// <param name="Scale">What multiplies the difference.</param>
/// <remarks>ONNX's set of classical operators.</remarks>
public sealed record Scaler(ValueList<float> Offset, ValueList<float> Scale) : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Scaler", r => new Scaler(List(r, "offset"), List(r, "scale")), ClassicalDomain.Name);

    /// <inheritdoc/>
    public override string Name => "Scaler";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.NumberType(0);
        Shape x = s.ShapeOfRank(0, 1, int.MaxValue);
        foreach (int count in (int[])[Offset.Count, Scale.Count])
            if (count != 1 && !x[x.Rank - 1].Agrees(count))
                throw s.Fail($"it has {Offset.Count} offsets and {Scale.Count} scales for {x[x.Rank - 1]} features; one, or one for each, is needed.");
        s.Output(DType.F32, x);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        Span<float> y = outputs[0].Floats;
        int features = x.Dims[^1];
        for (int i = 0; i < y.Length; i++)
        {
            double value = Reals.Holds(x.DType) ? new Reals(x)[i] : new Wholes(x)[i];
            y[i] = (float)((value - Offset[Offset.Count == 1 ? 0 : i % features]) * Scale[Scale.Count == 1 ? 0 : i % features]);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Floats("offset", [.. Offset]);
        w.Floats("scale", [.. Scale]);
    }

    private static ValueList<float> List(OperatorReader r, string name) => r.Floats(name) is { IsDefaultOrEmpty: false } numbers
        ? new ValueList<float>(numbers)
        : throw r.Fail($"attribute '{name}' is missing; it needs one number, or one for each feature.");
}
