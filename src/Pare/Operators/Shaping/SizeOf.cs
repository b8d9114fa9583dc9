namespace Pare.Operators;

/// <summary>How many elements the input has, as an I64 scalar (ONNX: Size).</summary>
public sealed record SizeOf : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Size", _ => new SizeOf());

    /// <inheritdoc/>
    public override string Name => "Size";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Output(DType.I64, Shape.Scalar);
        if (s.Shape(0).Product() is { } size) s.OutputIntegers(0, [size]);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        // Nothing is held: lengths that are read while running follow a cut by themselves.
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => outputs[0].As<long>()[0] = inputs[0]!.Length;
}
