using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Reads a model from the ONNX format.</summary>
/// <remarks>
/// What the model does not keep, because nothing depends on it: documentation strings, value_info (types are derived anew), quantization
/// annotations, metadata of single nodes. Constant nodes become initializers. Initializers that are listed as inputs too are no inputs:
/// before IR version 4 all had to be listed; from then on they are defaults that a caller could override, which Pare takes as fixed.
/// </remarks>
internal sealed class OnnxReader
{
    /// <summary>Today's is 13; more than this is no version but damage.</summary>
    private const int MostIrVersion = 1000;

    private readonly Catalog<OperatorSpec> _operators;
    private readonly ModelProto _file;
    private readonly TensorParser _tensors;
    private readonly Faults _faults = new();
    private readonly Initializers _initializers = new();
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal); // initializers told of in _faults: no inputs either
    private readonly HashSet<string> _seenNodes = new(StringComparer.Ordinal);
    private readonly FreshNames _nodeNames = new();
    private readonly ModelEditor _editor = new();
    private readonly Dictionary<string, int> _opsets;

    private OnnxReader(ModelProto file, Catalog<OperatorSpec> operators, TensorParser tensors)
    {
        _file = file;
        _operators = operators;
        _tensors = tensors;
        _opsets = OnnxOpset.Imports(file);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The file, from its first byte.</param>
    /// <param name="folder">Where external data lies; null where there is no folder.</param>
    /// <param name="operators">The operators known.</param>
    /// <exception cref="ModelException">The file is malformed.</exception>
    /// <exception cref="UnsupportedException">The file needs what Pare lacks; the message tells all of it.</exception>
    public static Model Read(Stream stream, string? folder, Catalog<OperatorSpec> operators)
    {
        ModelProto file = Parse(stream);
        if (file.Graph is null || file.IrVersion is < 1 or > MostIrVersion)
            throw new ModelException($"This is no ONNX model: {(file.Graph is null ? "it has no graph" : $"the version of its format is {file.IrVersion}")}.");
        using var external = new ExternalData(folder);
        return new OnnxReader(file, operators, new TensorParser(external)).Read();
    }

    private Model Read()
    {
        GraphProto graph = _file.Graph;
        RefuseParts();
        foreach (NodeProto node in graph.Node)
        {
            foreach (string output in node.Output) _initializers.Reserve(output);
            if (node.Name.Length > 0) _nodeNames.Take(node.Name);
        }
        foreach (ValueInfoProto input in graph.Input) _initializers.Reserve(input.Name);
        ReadInitializers();
        ReadInputs();
        ReadNodes();
        _faults.ThrowIfAny(
            $"The model{(graph.Name.Length > 0 ? $" '{graph.Name}'" : "")} needs what Pare lacks",
            "OperatorCatalog.Default lists the operators that Pare has; OperatorCatalog.Default.With(...) adds one of your own.");
        _initializers.AddTo(_editor);
        var outputs = new HashSet<string>(StringComparer.Ordinal);
        foreach (ValueInfoProto output in graph.Output)
        {
            if (!outputs.Add(output.Name)) throw new ModelException($"The output '{output.Name}' is listed twice.");
            _editor.AddOutput(output.Name);
        }
        _editor.Metadata = OnnxMetadata.Read(_file, _opsets);
        return _editor.Build();
    }

    private static ModelProto Parse(Stream stream)
    {
        try
        {
            return ModelParser.Parse(stream);
        }
        // The parser of Google.Protobuf 3.25 throws the others, too, on some negative lengths.
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ModelException($"The file is truncated or damaged, or no ONNX model: {e.Message}", e);
        }
    }

    private void RefuseParts()
    {
        GraphProto graph = _file.Graph;
        foreach (FunctionProto function in _file.Functions) _faults.Add("a function of the file's own", $"'{function.Name}'");
        foreach (SparseTensorProto sparse in graph.SparseInitializer) _faults.Add("a sparse initializer", $"'{sparse.Values?.Name}'");
        if (_file.TrainingInfo.Count > 0) _faults.Add("a training graph", $"training_info, {_file.TrainingInfo.Count} entries");
    }

    private void ReadInitializers()
    {
        HashSet<string> halves = HalvesOnlyCast();
        foreach (TensorProto tensor in _file.Graph.Initializer)
        {
            try
            {
                _initializers.Add(tensor.Name, _tensors.Read(tensor, $"The initializer '{tensor.Name}'", halves.Contains(tensor.Name)));
            }
            catch (UnsupportedException e)
            {
                _refused.Add(tensor.Name);
                _faults.Add(ElementType.Find(tensor.DataType) is null ? $"initializers of {ElementType.Name(tensor.DataType)}" : e.Message, $"'{tensor.Name}'");
            }
            tensor.ClearRawData(); // the array lives on in the model
        }
    }

    /// <summary>
    /// Initializers of float16 and bfloat16 that only Cast nodes read: kept small in the file, computed with in another type. Widening
    /// them to F32 is exact and changes no result. Where such a type is computed with, Pare refuses: it has no half-precision arithmetic.
    /// </summary>
    private HashSet<string> HalvesOnlyCast()
    {
        var halves = _file.Graph.Initializer.Where(TensorParser.IsHalf).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        if (halves.Count == 0) return halves;
        foreach (NodeProto node in _file.Graph.Node.Where(n => n.OpType != "Cast")) halves.ExceptWith(node.Input);
        halves.ExceptWith(_file.Graph.Output.Select(o => o.Name));
        return halves;
    }

    private void ReadInputs()
    {
        var names = new FreshNames();
        var inputs = _file.Graph.Input.Where(i => !_initializers.Contains(i.Name) && !_refused.Contains(i.Name)).ToList();
        foreach (ValueInfoProto input in inputs)
            foreach (TensorShapeProto.Types.Dimension dim in input.Type?.TensorType?.Shape?.Dim ?? [])
                names.Take(dim.DimParam);
        foreach (ValueInfoProto input in inputs)
        {
            if (input.Name.Length == 0) throw new ModelException("An input of the graph has no name.");
            if (ReadType(input, names) is { } type) _editor.AddInput(input.Name, type);
        }
    }

    private TensorType? ReadType(ValueInfoProto input, FreshNames names)
    {
        TypeProto? type = input.Type;
        if (type is null || type.ValueCase == TypeProto.ValueOneofCase.None) throw new ModelException($"The input '{input.Name}' has no type.");
        if (type.ValueCase != TypeProto.ValueOneofCase.TensorType)
            _faults.Add($"inputs of {type.ValueCase.ToString().Replace("Type", "", StringComparison.Ordinal).ToLowerInvariant()} type", $"'{input.Name}'");
        else if (ElementType.Find(type.TensorType.ElemType) is not { } element)
            _faults.Add($"inputs of {ElementType.Name(type.TensorType.ElemType)}", $"'{input.Name}'");
        else if (type.TensorType.Shape is null)
            _faults.Add("inputs without a shape (a length may be open, but the number of axes must be given)", $"'{input.Name}'");
        else
            return new TensorType(element, new Shape(type.TensorType.Shape.Dim.Select((d, axis) => ReadDim(d, input.Name, axis, names))));
        return null;
    }

    private static Dim ReadDim(TensorShapeProto.Types.Dimension dim, string input, int axis, FreshNames names) => dim.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when dim.DimValue is >= 0 and <= int.MaxValue => dim.DimValue,
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => throw new ModelException(
            $"The input '{input}' has the length {dim.DimValue} on axis {axis}; 0 to {int.MaxValue} is possible, or a name for an open length."),
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam when dim.DimParam.Length > 0 => Dim.Named(dim.DimParam),
        _ => Dim.Named(names.Make($"{input}.{axis}")),
    };

    private void ReadNodes()
    {
        // Constants first: operators ask for the values of inputs, and nodes may stand in any order.
        foreach (NodeProto node in _file.Graph.Node)
            if (IsConstant(node)) ReadConstant(node);
        for (int i = 0; i < _file.Graph.Node.Count; i++)
            if (!IsConstant(_file.Graph.Node[i])) ReadNode(_file.Graph.Node[i], i);
    }

    private static bool IsConstant(NodeProto node) => node.OpType == "Constant" && OnnxOpset.Normal(node.Domain).Length == 0;

    private void ReadConstant(NodeProto node)
    {
        string label = $"'{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault())}' (Constant)";
        if (node.Output.Count != 1) throw new ModelException($"Node {label}: it has {node.Output.Count} outputs, one is needed.");
        if (node.Attribute.Count != 1) throw new ModelException($"Node {label}: it has {node.Attribute.Count} attributes, one value is needed.");
        AttributeProto attribute = node.Attribute[0];
        if (attribute.Name == "value" && attribute.T is not null && !attribute.HasRefAttrName && ElementType.Find(attribute.T.DataType) is not null)
        {
            _initializers.Add(node.Output[0], _tensors.Read(attribute.T, $"Node {label}: its value"));
            return;
        }
        Tensor? value = (attribute.Name, Attributes.Read(attribute, label, _tensors, _faults)) switch
        {
            ("value_float", AttributeValue.Float a) => Tensor.Scalar(a.Value),
            ("value_int", AttributeValue.Int a) => Tensor.Scalar(a.Value),
            ("value_floats", AttributeValue.Floats a) => Tensor.Vector(a.Values.AsSpan()),
            ("value_ints", AttributeValue.Ints a) => Tensor.Vector(a.Values.AsSpan()),
            ("value_string" or "value_strings", not null) => Lack(),
            (_, null) => null, // told already
            _ => throw new ModelException($"Node {label}: attribute '{attribute.Name}' of this type is no value of a constant."),
        };
        if (value is not null) _initializers.Add(node.Output[0], new ParsedTensor(value, value.Bytes.ToArray()));

        Tensor? Lack()
        {
            _faults.Add("constants of text", label);
            return null;
        }
    }

    private void ReadNode(NodeProto node, int index)
    {
        string name = UniqueName(node, index);
        string domain = OnnxOpset.Normal(node.Domain);
        string label = $"'{name}' ({node.OpType})";
        int? opset = _opsets.TryGetValue(domain, out int version) ? version : null;
        OperatorSpec? spec = _operators.Find(node.OpType);
        if (spec is null || spec.Domain != domain || opset < spec.SinceOpset || node.Overload.Length > 0)
        {
            _faults.Add(
                $"operator {node.OpType}{(node.Overload.Length > 0 ? $":{node.Overload}" : "")} of domain '{(domain.Length == 0 ? "ai.onnx" : domain)}', opset {opset?.ToString() ?? "not given"}",
                $"node '{name}'");
            return;
        }
        if (opset is null) throw new ModelException($"Node {label}: the file does not say which version of the operator set '{domain}' it uses.");
        if (ReadAttributes(node, label) is not { } attributes) return;
        List<string> inputs = [.. node.Input];
        while (inputs.Count > 0 && inputs[^1].Length == 0) inputs.RemoveAt(inputs.Count - 1); // absent at the end is absent
        var reader = new OnnxOperatorReader(name, node.OpType, opset.Value, inputs, node.Output.Count, attributes, _initializers);
        if (ReadOperator(spec, reader, label) is { } op)
            _editor.Add(new Node(name, op, [.. inputs], [.. node.Output]) { Extra = reader.Unread() });
    }

    private string UniqueName(NodeProto node, int index)
    {
        // Two nodes of one name are legal in ONNX, where names of nodes mean nothing; in Pare a node is found by its name.
        if (node.Name.Length == 0) return _nodeNames.Make($"{node.OpType}_{index}");
        return _seenNodes.Add(node.Name) ? node.Name : _nodeNames.Make(node.Name);
    }

    private Dictionary<string, AttributeValue>? ReadAttributes(NodeProto node, string label)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        bool complete = true;
        foreach (AttributeProto attribute in node.Attribute)
        {
            AttributeValue? value = Attributes.Read(attribute, label, _tensors, _faults);
            complete &= value is not null;
            if (value is not null && !attributes.TryAdd(attribute.Name, value))
                throw new ModelException($"Node {label}: attribute '{attribute.Name}' is given twice.");
        }
        return complete ? attributes : null;
    }

    private Operator? ReadOperator(OperatorSpec spec, OnnxOperatorReader reader, string label)
    {
        try
        {
            return spec.Read(reader);
        }
        catch (UnsupportedException e)
        {
            _faults.Add(e.Message, $"node {label}");
            return null;
        }
        catch (Exception e) when (e is OverflowException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ModelException($"Node {label}: its attributes do not fit: {e.Message}", e);
        }
    }
}
