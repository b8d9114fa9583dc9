namespace Pare.Tests.Formats.Onnx;

/// <summary>An operator that passes its first input on, under several names.</summary>
internal sealed record Echo(string Type, long Gain) : Operator
{
    public override string Name => Type;

    public static Catalog<OperatorSpec> Catalog { get; } = new("operator",
        new OperatorSpec("Echo", r => new Echo("Echo", r.Int("gain", 1))),
        new OperatorSpec("Late", _ => new Echo("Late", 1), SinceOpset: 13),
        new OperatorSpec("Foreign", _ => new Echo("Foreign", 1), Domain: "com.example"),
        new OperatorSpec("Private", _ => new Echo("Private", 1), Domain: "pare"),
        new OperatorSpec("Picky", r => r.Text("mode", "good") == "good" ? new Echo("Picky", 1) : throw new UnsupportedException("the mode 'bad'")),
        new OperatorSpec("Bounded", Bounded.Read));

    public override void Infer(InferScope s) => s.Output(0, s.Type(0));

    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);

    public override void Write(OperatorWriter w)
    {
        if (Gain != 1) w.Int("gain", Gain);
    }
}
