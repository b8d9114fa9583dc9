namespace Pare.Tests.Operators;

/// <summary>A node of a file that is kept in memory: what an operator writes and reads back.</summary>
internal sealed class MemoryNode(Node node, Tensor?[] inputs, int opset)
{
    private readonly Dictionary<string, AttributeValue> _attributes = new(StringComparer.Ordinal);
    private readonly List<Tensor?> _inputs = [.. inputs];
    private string _type = node.Operator.Name;

    public string Type => _type;

    public Tensor?[] Inputs => [.. _inputs];

    public MemoryNode Write()
    {
        node.Operator.Write(new Writer(this));
        return this;
    }

    public Operator Read(Catalog<OperatorSpec> catalog)
    {
        var reader = new Reader(this);
        Operator op = catalog.Get(_type).Read(reader);
        reader.Unread().Keys.ShouldBeEmpty("every attribute that is written must be read");
        return op;
    }

    private sealed class Writer(MemoryNode file) : OperatorWriter
    {
        public override int Opset => file.Opset;

        public override void Type(string operatorType) => file._type = operatorType;

        public override void Attribute(string name, AttributeValue value) => file._attributes.Add(name, value);

        public override Tensor? Constant(int input) => input < file._inputs.Count ? file._inputs[input] : null;

        public override bool HasInput(int input) => Constant(input) is not null;

        public override bool HasOutput(int output) => output < file.OutputCount;

        public override TensorType? InputType(int input) => Constant(input)?.Type;

        public override Tensor? TakeInput(int input)
        {
            Tensor? value = Constant(input);
            if (value is null) return null;
            file._inputs[input] = null;
            while (file._inputs.Count > 0 && file._inputs[^1] is null) file._inputs.RemoveAt(file._inputs.Count - 1);
            return value;
        }

        public override void MoveInput(int from, int to) => file.Move(from, to);
    }

    private int Opset => opset;

    private sealed class Reader(MemoryNode file) : OperatorReader
    {
        public override string NodeName => "node";

        public override string OperatorType => file._type;

        public override int Opset => file.Opset;

        public override int InputCount => file._inputs.Count;

        public override int OutputCount => file.OutputCount;

        public override IReadOnlyDictionary<string, AttributeValue> Attributes => file._attributes;

        public override Tensor? Constant(int input) => input < file._inputs.Count ? file._inputs[input] : null;

        public override void SetInput(int input, Tensor value)
        {
            while (file._inputs.Count <= input) file._inputs.Add(null);
            file._inputs[input] = value;
        }

        public override void MoveInput(int from, int to) => file.Move(from, to);
    }

    private void Move(int from, int to)
    {
        if (from >= _inputs.Count) return;
        while (_inputs.Count <= to) _inputs.Add(null);
        (_inputs[to], _inputs[from]) = (_inputs[from], null);
    }

    private int OutputCount => node.Outputs.Length;
}
