namespace Pare.Operators;

/// <summary>
/// The input itself, as when a model is used; inputs 1 (ratio) and 2 (training mode) are kept for training. Output 1 (optional) is a
/// mask, all true. Training drops by <see cref="DropoutTraining"/>.
/// </summary>
public sealed partial record Dropout : Operator
{
    /// <summary>The part that is dropped where input 1 is absent.</summary>
    public const float DefaultRatio = 0.5f;

    /// <summary>How it is read: before opset 12 the ratio is an attribute.</summary>
    public static OperatorSpec Spec { get; } = new("Dropout", Read);

    /// <inheritdoc/>
    public override string Name => "Dropout";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 3);
        if (s.Has(2) && s.Constant(2) is not { Length: 1 })
            throw new UnsupportedException($"Node {s.Node}: its training mode is computed, or fed by the caller. Export the model for inference.");
        if (s.Has(2) && s.Constant(2)!.Bytes[0] != 0)
            throw new UnsupportedException($"Node {s.Node}: it is exported in training mode. Export the model for inference.");
        s.Same();
        s.Output(1, new TensorType(DType.Bool, s.Shape(0)));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);
        if (outputs.Length > 1) outputs[1].Bytes.Fill(1);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (w.Opset >= 12) return;
        if (w.TakeInput(1) is { } ratio) w.Float("ratio", (float)new Reals(ratio)[0]);
        w.TakeInput(2);
    }

    private static Dropout Read(OperatorReader r)
    {
        if (r.Opset < 12 && r.Has("ratio")) r.SetInput(1, Tensor.Scalar(r.Float("ratio")));
        return new Dropout();
    }
}
