using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pare.Operators;

namespace Pare.Formats.Container;

/// <summary>Reads what a <see cref="GraphWriter"/> wrote.</summary>
internal sealed class GraphReader(StructureReader s, PayloadInput input, Catalog<OperatorSpec> operators, Catalog<EncodingSpec> encodings)
{
    private readonly Dictionary<ValueGroup, List<string>> _values = Enum.GetValues<ValueGroup>().ToDictionary(g => g, _ => new List<string>());
    private readonly Dictionary<ValueGroup, int> _next = [];
    private readonly ModelEditor _editor = new();
    private PartTreeReader? _parts;
    private int _bodies; // that stand around what is read

    private const int DeepestBody = 16;

    /// <summary>The bytes of the parts read.</summary>
    public IEnumerable<PartSize> Sizes => _parts?.Sizes ?? [];

    /// <summary>Reads the model.</summary>
    public Model Read()
    {
        int forms = s.Count(int.MaxValue);
        ReadMetadata();
        string[] kinds = new string[s.Count()];
        foreach (ref string kind in kinds.AsSpan()) kind = s.Text();
        string[] unknownKinds = [.. kinds.Where(k => encodings.Find(k) is null)];
        _parts = new PartTreeReader(s, input, [.. kinds.Select(encodings.Find).OfType<EncodingSpec>()]);
        for (int i = s.Count(); i > 0; i--) ReadInput();
        ReadNames(ValueGroup.Weight, ContainerNames.Weight);
        ReadNames(ValueGroup.Constant, ContainerNames.Constant);
        foreach (string name in _values[ValueGroup.Constant]) _editor.SetConstant(name, ReadTensor(name));
        var nodes = new NodeRecord[s.Count()];
        for (int i = 0; i < nodes.Length; i++) nodes[i] = ReadNode(i);
        Refuse(unknownKinds, nodes);
        for (int i = s.Count(); i > 0; i--) _editor.AddOutput(ReadReference());
        foreach (string name in _values[ValueGroup.Weight]) _editor.SetWeight(name, _parts.Weight(name));
        if (s.Left > 0) throw s.Fail($"{s.Left} bytes are left after its end.");
        foreach (NodeRecord node in nodes) _editor.Add(NodeOf(node, forms));
        foreach (Node node in _editor.Nodes) ScaleCheck.Require(node, Scales);
        return _editor.Build();
    }

    private float[]? Scales(string name) => _editor.Constants.TryGetValue(name, out Tensor? constant) ? constant.DType == DType.F32 ? constant.Floats.ToArray() : null
        : _editor.Weights.TryGetValue(name, out WeightEncoding? weight) ? weight.ToArray() : null;

    private void ReadMetadata()
    {
        string name = s.Text();
        int opset = s.Count(int.MaxValue);
        ImmutableSortedDictionary<string, string>.Builder properties = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (int i = s.Count(); i > 0; i--)
        {
            string key = s.Text();
            properties[key] = s.Text();
        }
        _editor.Metadata = new Metadata(name, opset, properties.ToImmutable());
    }

    private void ReadInput()
    {
        string name = s.Text();
        DType type = ReadDType();
        _editor.AddInput(name, new TensorType(type, s.OpenShape()));
        _values[ValueGroup.Input].Add(name);
    }

    private void ReadNames(ValueGroup group, Func<int, string> given)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0, count = s.Count(); i < count; i++)
        {
            string name = s.Text(1, out _) ?? given(i);
            if (!seen.Add(name)) throw s.Fail($"the name '{name}' is given twice.");
            _values[group].Add(name);
        }
    }

    private NodeRecord ReadNode(int index)
    {
        string type = s.Text();
        string name = s.Text(1, out _) ?? ContainerNames.Node(index);
        var inputs = new string[s.Count()];
        foreach (ref string value in inputs.AsSpan()) value = ReadReference();
        var outputs = new string[s.Count()];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = s.Text(2, out int special) ?? (special == 0 ? "" : ContainerNames.Output(name, i));
            if (outputs[i].Length > 0) _values[ValueGroup.Made].Add(outputs[i]);
        }
        return new NodeRecord(type, name, inputs, outputs, ReadAttributes(name, name));
    }

    private Dictionary<string, AttributeValue> ReadAttributes(string path, string node)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        for (int i = s.Count(); i > 0; i--)
        {
            string attribute = s.Text();
            if (!attributes.TryAdd(attribute, ReadAttribute($"{path}.{attribute}"))) throw s.Fail($"node '{node}' has the attribute '{attribute}' twice.");
        }
        return attributes;
    }

    private string ReadReference()
    {
        ulong code = s.Number(int.MaxValue);
        if (code == 0) return "";
        var group = (ValueGroup)((code - 1) & 3);
        int distance = (int)((code - 1) >> 2);
        List<string> values = _values[group];
        int index = group == ValueGroup.Made ? values.Count - 1 - distance : _next.GetValueOrDefault(group) + (distance >> 1 ^ -(distance & 1));
        if (index < 0 || index >= values.Count) throw s.Fail($"a reference to {group} {index} of {values.Count}.");
        if (group != ValueGroup.Made) _next[group] = index + 1;
        return values[index];
    }

    private AttributeValue ReadAttribute(string path)
    {
        var tag = (AttributeTag)s.Byte();
        switch (tag)
        {
            case AttributeTag.Int:
                return new AttributeValue.Int(s.Signed());
            case AttributeTag.Float:
                return new AttributeValue.Float(MemoryMarshal.Read<float>(s.Bytes(sizeof(float))));
            case AttributeTag.Text:
                return new AttributeValue.Text(s.Text());
            case AttributeTag.Ints:
                var integers = new long[s.Count()];
                foreach (ref long value in integers.AsSpan()) value = s.Signed();
                return new AttributeValue.Ints([.. integers]);
            case AttributeTag.Floats:
                return new AttributeValue.Floats([.. MemoryMarshal.Cast<byte, float>(s.Bytes(sizeof(float) * s.Count(s.Left / sizeof(float))))]);
            case AttributeTag.Texts:
                var texts = new string[s.Count()];
                foreach (ref string value in texts.AsSpan()) value = s.Text();
                return new AttributeValue.Texts([.. texts]);
            case AttributeTag.Tensor:
                return new AttributeValue.Array(ReadTensor(path));
            case AttributeTag.Graph:
                return new AttributeValue.Graph(ReadBody(path));
            default:
                throw s.Fail($"the attribute {path} has the unknown type {(int)tag}.");
        }
    }

    private Subgraph ReadBody(string path)
    {
        if (++_bodies > DeepestBody) throw s.Fail($"bodies stand more than {DeepestBody} deep in each other.");
        int formal = s.Count(), captured = s.Count();
        var names = Enumerable.Range(0, formal + captured).Select(Subgraph.ValueName).ToList();
        string[] inputs = [.. names];
        var nodes = new Node[s.Count()];
        foreach (ref Node node in nodes.AsSpan())
        {
            string type = s.Text(), name = s.Text();
            string[] read = [.. Enumerable.Range(0, s.Count()).Select(_ => Value())], made = new string[s.Count()];
            foreach (ref string output in made.AsSpan())
            {
                output = s.Byte() == 0 ? "" : Subgraph.ValueName(names.Count);
                if (output.Length > 0) names.Add(output);
            }
            node = NodeOf(new NodeRecord(type, name, read, made, ReadAttributes($"{path}/{name}", name)), AttributeList.Forms);
        }
        string[] outputs = [.. Enumerable.Range(0, s.Count()).Select(_ => Value())];
        _bodies--;
        return new Subgraph(inputs, captured, nodes, outputs);

        string Value() => s.Count(names.Count) is > 0 and var number ? names[number - 1] : "";
    }

    private Tensor ReadTensor(string name)
    {
        DType type = ReadDType();
        Shape shape = s.FixedShape(parent: null, Array.MaxLength / type.Size());
        int bytes = checked((int)shape.Elements * type.Size());
        byte[] storage = bytes <= GraphWriter.ShortTensor ? s.Bytes(bytes).ToArray() : _parts!.Bytes(name, bytes);
        return new Tensor(type, shape, storage, 0);
    }

    private DType ReadDType()
    {
        var type = (DType)s.Byte();
        return Enum.IsDefined(type) ? type : throw s.Fail($"the unknown element type {(int)type}.");
    }

    private void Refuse(string[] kinds, NodeRecord[] nodes)
    {
        string[] unknown =
        [
            .. kinds.Select(k => $"the encoding '{k}'"),
            .. nodes.Where(n => n.Type != ForeignOperator.FileType && operators.Find(n.Type) is null).Select(n => $"the operator {n.Type} of node '{n.Name}'"),
        ];
        if (unknown.Length == 0) return;
        string known = kinds.Length == 0 ? "" : $" Known encodings: {string.Join(", ", encodings.Select(e => e.Name))}.";
        throw new UnsupportedException($"The .pare file needs what this Pare lacks: {string.Join(", ", unknown)}.{known} A newer Pare, or one extended by them, may read it.");
    }

    private Node NodeOf(NodeRecord record, int forms)
    {
        var reader = new RecordReader(record, forms, _editor);
        Operator op = record.Type == ForeignOperator.FileType ? ForeignOperator.Read(reader) : operators.Get(record.Type).Read(reader);
        return new Node(record.Name, op, [.. reader.Inputs], [.. record.Outputs]) { Extra = reader.Unread() };
    }

    private sealed record NodeRecord(string Type, string Name, string[] Inputs, string[] Outputs, Dictionary<string, AttributeValue> Attributes);

    private sealed class RecordReader(NodeRecord record, int forms, ModelEditor editor) : OperatorReader
    {
        public List<string> Inputs { get; } = [.. record.Inputs];

        public override string NodeName => record.Name;

        public override string OperatorType => record.Type;

        public override int Opset => forms;

        public override int InputCount => Inputs.Count;

        public override int OutputCount => record.Outputs.Length;

        public override IReadOnlyDictionary<string, AttributeValue> Attributes => record.Attributes;

        public override Tensor? Constant(int input) => input < Inputs.Count ? editor.Constants.GetValueOrDefault(Inputs[input]) : null;

        public override void SetInput(int input, Tensor value)
        {
            while (Inputs.Count <= input) Inputs.Add("");
            Inputs[input] = editor.SetConstant(editor.FreshValue($"{record.Name}.{input}"), value);
        }

        public override void MoveInput(int from, int to)
        {
            if (from >= Inputs.Count) return;
            while (Inputs.Count <= to) Inputs.Add("");
            (Inputs[to], Inputs[from]) = (Inputs[from], "");
        }
    }
}
