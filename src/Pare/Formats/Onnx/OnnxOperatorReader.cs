namespace Pare.Formats.Onnx;

/// <summary>A node of the file, as an operator reads it.</summary>
internal sealed class OnnxOperatorReader(
    string nodeName, string operatorType, int opset, List<string> inputs, int outputs, IReadOnlyDictionary<string, AttributeValue> attributes,
    Initializers initializers) : OperatorReader
{
    public override string NodeName => nodeName;

    public override string OperatorType => operatorType;

    public override int Opset => opset;

    public override int InputCount => inputs.Count;

    public override int OutputCount => outputs;

    public override IReadOnlyDictionary<string, AttributeValue> Attributes => attributes;

    public override Tensor? Constant(int input) => input < inputs.Count ? initializers.Find(inputs[input]) : null;

    public override void SetInput(int input, Tensor value)
    {
        while (inputs.Count <= input) inputs.Add("");
        inputs[input] = initializers.AddFresh($"{nodeName}_input{input}", value);
    }

    public override void MoveInput(int from, int to)
    {
        if (from >= inputs.Count) return;
        while (inputs.Count <= to) inputs.Add("");
        (inputs[to], inputs[from]) = (inputs[from], "");
    }
}
