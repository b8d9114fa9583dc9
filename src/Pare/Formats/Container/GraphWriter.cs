using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Pare.Formats.Container.Codecs;

namespace Pare.Formats.Container;

/// <summary>Writes everything of a model into a structure section, and lists what the data section has to hold. See docs/container.md.</summary>
internal sealed class GraphWriter
{
    private readonly Model _model;
    private readonly StructureWriter _s = new();
    private readonly List<string> _kinds;
    private readonly Dictionary<string, (ValueGroup Group, int Index)> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<ValueGroup, int> _declared = [];
    private readonly Dictionary<ValueGroup, int> _next = [];
    private int _made; // node outputs so far

    /// <summary>Shorter tensors stand in the structure section itself.</summary>
    public const int ShortTensor = 64;

    /// <summary>Prepares a file.</summary>
    /// <param name="model">The model, under the names that are kept.</param>
    /// <param name="codecs">What parts may be coded with.</param>
    public GraphWriter(Model model, Catalog<PartCodec> codecs)
    {
        _model = model;
        _kinds = [.. model.Weights.Values.SelectMany(KindsOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Planner = new PartPlanner(_s, codecs, KindNumber);
    }

    /// <summary>The plans of all parts.</summary>
    public PartPlanner Planner { get; }

    /// <summary>What the data section holds: tensors and weights.</summary>
    public List<object> Sources { get; } = [];

    /// <summary>Writes the section.</summary>
    public byte[] Write()
    {
        WriteMetadata();
        _s.Count(_kinds.Count);
        foreach (string kind in _kinds) _s.Text(kind);
        _s.Count(_model.Inputs.Length);
        foreach ((string name, TensorType type) in _model.Inputs)
        {
            Declare(name, ValueGroup.Input);
            _s.Text(name);
            _s.Byte((int)type.DType);
            _s.OpenShape(type.Shape);
        }
        ImmutableArray<string> weights = ContainerNames.WeightOrder(_model), constants = ContainerNames.ConstantOrder(_model);
        WriteNames(weights, ValueGroup.Weight, ContainerNames.Weight);
        WriteNames(constants, ValueGroup.Constant, ContainerNames.Constant);
        foreach (string name in constants) WriteTensor(name, _model.Constants[name]);
        _s.Count(_model.Nodes.Length);
        for (int i = 0; i < _model.Nodes.Length; i++) WriteNode(_model.Nodes[i], i);
        _s.Count(_model.Outputs.Length);
        foreach (string output in _model.Outputs) WriteReference(output);
        foreach (string name in weights)
        {
            Planner.Weight(name, _model.Weights[name]);
            Sources.Add(_model.Weights[name]);
        }
        return _s.ToArray();
    }

    private void WriteMetadata()
    {
        _s.Count(AttributeList.Forms);
        _s.Text(_model.Metadata.Name);
        _s.Count(_model.Metadata.Opset);
        _s.Count(_model.Metadata.Properties.Count);
        foreach ((string name, string value) in _model.Metadata.Properties)
        {
            _s.Text(name);
            _s.Text(value);
        }
    }

    private void WriteNames(ImmutableArray<string> names, ValueGroup group, Func<int, string> given)
    {
        _s.Count(names.Length);
        for (int i = 0; i < names.Length; i++)
        {
            Declare(names[i], group);
            if (names[i] == given(i)) _s.Byte(0);
            else _s.Text(names[i], reserved: 1);
        }
    }

    private void WriteNode(Node node, int index)
    {
        AttributeList attributes = AttributeList.Of(node, _model);
        _s.Text(attributes.OperatorType);
        if (node.Name == ContainerNames.Node(index)) _s.Byte(0);
        else _s.Text(node.Name, reserved: 1);
        _s.Count(node.Inputs.Length);
        foreach (string input in node.Inputs) WriteReference(input);
        _s.Count(node.Outputs.Length);
        for (int i = 0; i < node.Outputs.Length; i++) WriteOutput(node, i);
        _s.Count(attributes.Items.Count);
        foreach ((string name, AttributeValue value) in attributes.Items)
        {
            _s.Text(name);
            WriteAttribute($"{node.Name}.{name}", value);
        }
    }

    // 0 absent, 1 named after the node, else a name
    private void WriteOutput(Node node, int output)
    {
        string name = node.Outputs[output];
        if (name.Length == 0) _s.Byte(0);
        else if (name == ContainerNames.Output(node.Name, output)) _s.Byte(1);
        else _s.Text(name, reserved: 2);
        if (name.Length == 0) return;
        _values[name] = (ValueGroup.Made, _made++);
    }

    // 0 absent, else 1 + group + 4 * distance: back from the latest node output, or forth from the next weight, constant or input not read yet
    private void WriteReference(string value)
    {
        if (value.Length == 0)
        {
            _s.Byte(0);
            return;
        }
        (ValueGroup group, int index) = _values[value];
        long distance = group == ValueGroup.Made ? _made - 1 - index : Fold(index - _next.GetValueOrDefault(group));
        _s.Number((ulong)(1 + (int)group + 4 * distance));
        if (group != ValueGroup.Made) _next[group] = index + 1;
    }

    private void WriteAttribute(string path, AttributeValue attribute)
    {
        switch (attribute)
        {
            case AttributeValue.Int a:
                _s.Byte((int)AttributeTag.Int);
                _s.Signed(a.Value);
                break;
            case AttributeValue.Float a:
                _s.Byte((int)AttributeTag.Float);
                _s.Bytes(MemoryMarshal.AsBytes([a.Value]));
                break;
            case AttributeValue.Text a:
                _s.Byte((int)AttributeTag.Text);
                _s.Text(a.Value);
                break;
            case AttributeValue.Ints a:
                _s.Byte((int)AttributeTag.Ints);
                _s.Count(a.Values.Length);
                foreach (long value in a.Values) _s.Signed(value);
                break;
            case AttributeValue.Floats a:
                _s.Byte((int)AttributeTag.Floats);
                _s.Count(a.Values.Length);
                _s.Bytes(MemoryMarshal.AsBytes(a.Values.AsSpan()));
                break;
            case AttributeValue.Texts a:
                _s.Byte((int)AttributeTag.Texts);
                _s.Count(a.Values.Length);
                foreach (string value in a.Values) _s.Text(value);
                break;
            case AttributeValue.Array a:
                _s.Byte((int)AttributeTag.Tensor);
                WriteTensor(path, a.Tensor);
                break;
            case AttributeValue.Graph a:
                _s.Byte((int)AttributeTag.Graph);
                WriteBody(path, a.Body);
                break;
            default:
                throw new UnsupportedException($"The attribute {path} is a {attribute.GetType().Name}, which a .pare file cannot hold.");
        }
    }

    // Values of a body are numbered: its inputs, then what its nodes make; 0 is absent.
    private void WriteBody(string path, Subgraph body)
    {
        _s.Count(body.Formal);
        _s.Count(body.Captured);
        _s.Count(body.Nodes.Length);
        foreach (Node node in body.Nodes)
        {
            AttributeList attributes = AttributeList.Of(node, model: null);
            _s.Text(attributes.OperatorType);
            _s.Text(node.Name);
            _s.Count(node.Inputs.Length);
            foreach (string input in node.Inputs) _s.Count(NumberOf(input));
            _s.Count(node.Outputs.Length);
            foreach (string output in node.Outputs) _s.Byte(output.Length == 0 ? 0 : 1);
            _s.Count(attributes.Items.Count);
            foreach ((string name, AttributeValue value) in attributes.Items)
            {
                _s.Text(name);
                WriteAttribute($"{path}/{node.Name}.{name}", value);
            }
        }
        _s.Count(body.Outputs.Length);
        foreach (string output in body.Outputs) _s.Count(NumberOf(output));

        static int NumberOf(string value) => value.Length == 0 ? 0 : int.Parse(value.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture) + 1;
    }

    private void WriteTensor(string name, Tensor tensor)
    {
        _s.Byte((int)tensor.DType);
        _s.FixedShape(tensor.Shape, parent: null);
        if (tensor.ByteLength <= ShortTensor)
        {
            _s.Bytes(tensor.Bytes);
            return;
        }
        Planner.Bytes(name, tensor.Bytes);
        Sources.Add(tensor);
    }

    private void Declare(string name, ValueGroup group)
    {
        int index = _declared.GetValueOrDefault(group);
        _values[name] = (group, index);
        _declared[group] = index + 1;
    }

    private int KindNumber(string kind) => _kinds.IndexOf(kind) is >= 0 and int number ? number : throw new InvalidOperationException(
        $"An encoding of the kind '{kind}' was written as a child, but its parent does not list it among its Children.");

    private static IEnumerable<string> KindsOf(WeightEncoding encoding) => encoding.Children.SelectMany(c => KindsOf(c.Encoding)).Prepend(encoding.Kind);

    private static long Fold(long value) => value << 1 ^ value >> 63;
}

/// <summary>Where a value comes from; each group is numbered apart.</summary>
internal enum ValueGroup
{
    Made,
    Weight,
    Constant,
    Input,
}

/// <summary>The type of an attribute in a file.</summary>
internal enum AttributeTag
{
    Int = 1,
    Float,
    Text,
    Ints,
    Floats,
    Texts,
    Tensor,
    Graph,
}
