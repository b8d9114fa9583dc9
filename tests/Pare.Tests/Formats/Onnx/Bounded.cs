namespace Pare.Tests.Formats.Onnx;

/// <summary>An operator whose bounds moved from attributes to inputs, as Clip's did.</summary>
internal sealed record Bounded : Operator
{
    private const int InputsSince = 11;

    public override string Name => "Bounded";

    public static Operator Read(OperatorReader r)
    {
        if (r.Opset < InputsSince)
        {
            r.SetInput(1, Tensor.Scalar(r.Float("min", -1)));
            r.SetInput(2, Tensor.Scalar(r.Float("max", 1)));
        }
        return new Bounded();
    }

    public override void Infer(InferScope s) => s.Output(0, s.Type(0));

    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);

    public override void Write(OperatorWriter w)
    {
        if (w.Opset >= InputsSince) return;
        if (w.TakeInput(1) is { } min) w.Float("min", min.Floats[0]);
        if (w.TakeInput(2) is { } max) w.Float("max", max.Floats[0]);
    }
}
