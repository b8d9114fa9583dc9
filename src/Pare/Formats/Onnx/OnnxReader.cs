using Google.Protobuf;
using Pare.Formats.Onnx.Wire;
using Pare.Passes;

namespace Pare.Formats.Onnx;

/// <summary>Reads a model from the ONNX format.</summary>
/// <remarks>
/// What the model does not keep, because nothing depends on it: documentation strings, value_info (types are derived anew), quantization
/// annotations, metadata of single nodes. What Pare lacks is kept as <see cref="ForeignOperator"/>. Functions of the file's own are put in the
/// place of their calls. Constant nodes become initializers. Initializers that are listed as inputs too are no inputs:
/// before IR version 4 all had to be listed; from then on they are defaults that a caller could override, which Pare takes as fixed.
/// A DequantizeLinear of an initializer is read as a weight, see <see cref="WeightReader"/>.
/// </remarks>
internal sealed class OnnxReader
{
    /// <summary>Today's is 13; more than this is no version but damage.</summary>
    private const int MostIrVersion = 1000;

    private readonly ModelProto _file;
    private readonly TensorParser _tensors;
    private readonly Faults _faults = new();
    private readonly Initializers _initializers = new();
    private readonly HashSet<string> _foreign = new(StringComparer.Ordinal); // initializers of types that Pare lacks: no inputs either
    private readonly OrderedDictionary<string, (TensorProto Tensor, bool IsConstant)> _narrow = new(StringComparer.Ordinal); // int4 and the like
    private readonly HashSet<string> _seenNodes = new(StringComparer.Ordinal);
    private readonly FreshNames _nodeNames = new();
    private readonly FreshNames _dimNames = new();
    private readonly ModelEditor _editor = new();
    private readonly Dictionary<string, int> _opsets;
    private readonly Dictionary<string, ValueInfoProto> _declared = new(StringComparer.Ordinal);
    private readonly ForeignReader _keep;
    private readonly NodeReader _nodes;
    private readonly FunctionInliner _functions;

    private OnnxReader(ModelProto file, Catalog<OperatorSpec> operators, TensorParser tensors)
    {
        _file = file;
        _tensors = tensors;
        _opsets = OnnxOpset.Imports(file);
        _functions = new FunctionInliner(file, _opsets);
        _keep = new ForeignReader(tensors, Declared);
        _nodes = new NodeReader(operators, tensors, _initializers, _functions.OpsetOf);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The file, from its first byte.</param>
    /// <param name="folder">Where external data lies; null where there is no folder.</param>
    /// <param name="operators">The operators known.</param>
    /// <param name="map">Leaves large weights in the file and maps it, where the stream is one.</param>
    /// <exception cref="ModelException">The file is malformed.</exception>
    /// <exception cref="UnsupportedException">The file needs what Pare lacks; the message tells all of it.</exception>
    public static Model Read(Stream stream, string? folder, Catalog<OperatorSpec> operators, bool map = false)
    {
        ModelProto file = Parse(stream, map && BitConverter.IsLittleEndian && stream is FileStream { Length: > 0 } onDisk ? new FileMap(onDisk) : null);
        if (file.Graph is null || file.IrVersion is < 1 or > MostIrVersion)
            throw new ModelException($"This is no ONNX model: {(file.Graph is null ? "it has no graph" : $"the version of its format is {file.IrVersion}")}.");
        using var external = new ExternalData(folder);
        return new OnnxReader(file, operators, new TensorParser(external)).Read();
    }

    private Model Read()
    {
        GraphProto graph = _file.Graph;
        if (_file.TrainingInfo.Count > 0) _faults.Add("a training graph", $"training_info, {_file.TrainingInfo.Count} entries");
        _functions.Inline();
        foreach (NodeProto node in graph.Node)
        {
            foreach (string output in node.Output) _initializers.Reserve(output);
            if (node.Name.Length > 0) _nodeNames.Take(node.Name);
        }
        foreach (ValueInfoProto input in graph.Input) _initializers.Reserve(input.Name);
        foreach (ValueInfoProto value in graph.ValueInfo.Concat(graph.Output)) _declared.TryAdd(value.Name, value);
        ReadInitializers();
        ReadInputs();
        ReadNodes();
        _faults.ThrowIfAny(
            $"The model{(graph.Name.Length > 0 ? $" '{graph.Name}'" : "")} needs what Pare lacks", "Export the model without.");
        _initializers.AddTo(_editor);
        var outputs = new HashSet<string>(StringComparer.Ordinal);
        foreach (ValueInfoProto output in graph.Output)
        {
            if (!outputs.Add(output.Name)) throw new ModelException($"The output '{output.Name}' is listed twice.");
            _editor.AddOutput(output.Name);
        }
        _editor.Metadata = OnnxMetadata.Read(_file, _opsets);
        _editor.OnUnsupported = (node, missing) => _nodes.Original(node) is { } original ? Keep(original, node.Name, missing, node) : null;
        Model model = ImpliedLengths.Fix(_editor.Build());
        return OnnxMetadata.KeepOutputTypes(model, _declared);
    }

    private static ModelProto Parse(Stream stream, FileMap? map)
    {
        try
        {
            return ModelParser.Parse(stream, map);
        }
        // The parser of Google.Protobuf 3.25 throws the others, too, on some negative lengths.
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ModelException($"The file is truncated or damaged, or no ONNX model: {e.Message}", e);
        }
    }

    private void ReadInitializers()
    {
        HashSet<string> halves = HalvesOnlyCast();
        foreach (TensorProto tensor in _file.Graph.Initializer)
        {
            bool widened = halves.Contains(tensor.Name);
            if (!widened && NarrowTensor.Holds(tensor.DataType)) AddNarrow(tensor.Name, tensor, isConstant: false);
            else if (!widened && ElementType.IsForeign(tensor.DataType)) KeepInitializer(tensor);
            else ReadInitializer(tensor.Name, () => _tensors.Read(tensor, $"The initializer '{tensor.Name}'", widened));
            if (!_narrow.ContainsKey(tensor.Name)) tensor.ClearRawData(); // the array lives on in the model
        }
        foreach (SparseTensorProto sparse in _file.Graph.SparseInitializer)
            ReadInitializer(sparse.Values?.Name ?? "", () => _tensors.ReadSparse(sparse, $"The initializer '{sparse.Values?.Name}'"));
    }

    private void ReadInitializer(string name, Func<ParsedTensor> read)
    {
        try
        {
            _initializers.Add(name, read());
        }
        catch (UnsupportedException e)
        {
            _foreign.Add(name);
            _faults.Add(e.Message, $"'{name}'");
        }
    }

    private void KeepInitializer(TensorProto tensor)
    {
        AddForeign(tensor.Name);
        _editor.Add(_keep.Initializer(tensor, _nodeNames.Make(tensor.Name)));
    }

    private void AddForeign(string name)
    {
        if (name.Length == 0) throw new ModelException("An initializer has no name.");
        if (!_foreign.Add(name) || _initializers.Contains(name)) throw new ModelException($"Two initializers or Constant nodes have the name '{name}'.");
        _initializers.Reserve(name);
    }

    private void AddNarrow(string name, TensorProto tensor, bool isConstant)
    {
        AddForeign(name);
        _narrow.Add(name, (tensor, isConstant));
    }

    /// <summary>
    /// Initializers of float16 and bfloat16 that only Cast nodes read: kept small in the file, computed with in another type. Widening
    /// them to F32 is exact and changes no result. Where such a type is computed with, it is kept as it is: Pare has no half-precision arithmetic.
    /// </summary>
    private HashSet<string> HalvesOnlyCast()
    {
        var halves = _file.Graph.Initializer.Where(TensorParser.IsHalf).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        if (halves.Count == 0) return halves;
        foreach (NodeProto node in _file.Graph.Node.Where(n => n.OpType != "Cast")) halves.ExceptWith(node.Input.Concat(GraphNames.Captured(node, $"'{node.Name}'")));
        halves.ExceptWith(_file.Graph.Output.Select(o => o.Name));
        return halves;
    }

    private void ReadInputs()
    {
        var inputs = _file.Graph.Input.Where(i => !_initializers.Contains(i.Name) && !_foreign.Contains(i.Name)).ToList();
        foreach (ValueInfoProto input in inputs)
            foreach (TensorShapeProto.Types.Dimension dim in input.Type?.TensorType?.Shape?.Dim ?? [])
                _dimNames.Take(dim.DimParam);
        for (int i = 0; i < inputs.Count; i++)
        {
            ValueInfoProto input = inputs[i];
            if (input.Name.Length == 0) throw new ModelException("An input of the graph has no name.");
            if (input.Type is not { } type || type.ValueCase == TypeProto.ValueOneofCase.None) throw new ModelException($"The input '{input.Name}' has no type.");
            if (MissingType(type) is { } missing) _editor.Add(ForeignReader.Input(input, i, _nodeNames.Make(input.Name), $"inputs of {missing}"));
            else if (type.TensorType.Shape is null) _faults.Add("inputs without a shape (a length may be open, but the number of axes must be given)", $"'{input.Name}'");
            else _editor.AddInput(input.Name, ReadType(type.TensorType, input.Name));
        }
    }

    /// <summary>What Pare lacks of a type; null where it has it.</summary>
    private static string? MissingType(TypeProto type) =>
        type.ValueCase != TypeProto.ValueOneofCase.TensorType ? $"{type.ValueCase.ToString().Replace("Type", "", StringComparison.Ordinal).ToLowerInvariant()} type"
        : ElementType.Find(type.TensorType.ElemType) is null ? ElementType.Name(type.TensorType.ElemType) : null;

    private TensorType ReadType(TypeProto.Types.Tensor type, string value) =>
        new(ElementType.Find(type.ElemType)!.Value, ReadShape(type.Shape.Dim, value));

    private Shape ReadShape(IReadOnlyList<TensorShapeProto.Types.Dimension> dims, string value)
    {
        var lengths = new Dim[dims.Count];
        for (int axis = 0; axis < lengths.Length; axis++) lengths[axis] = ReadDim(dims[axis], value, axis, _dimNames);
        return new Shape(lengths);
    }

    /// <summary>The type that the file declares of a value; null where it does not, or where Pare has no such type.</summary>
    private TensorType? Declared(string value) =>
        _declared.GetValueOrDefault(value)?.Type is { TensorType: { Shape: not null } tensor } type && MissingType(type) is null ? ReadType(tensor, value) : null;

    private static Dim ReadDim(TensorShapeProto.Types.Dimension dim, string input, int axis, FreshNames names) => dim.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when dim.DimValue is >= 0 and <= int.MaxValue => dim.DimValue,
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => throw new ModelException(
            $"The value '{input}' has the length {dim.DimValue} on axis {axis}; 0 to {int.MaxValue} is possible, or a name for an open length."),
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam when dim.DimParam.Length > 0 => Dim.Named(dim.DimParam),
        _ => Dim.Named(names.Make($"{input}.{axis}")),
    };

    private void ReadNodes()
    {
        // Constants first: operators ask for the values of inputs, and nodes may stand in any order.
        foreach (NodeProto node in _file.Graph.Node)
            if (NodeReader.IsConstant(node)) ReadConstant(node);
        var read = new List<Node>();
        for (int i = 0; i < _file.Graph.Node.Count; i++)
            if (_file.Graph.Node[i] is var node && !(NodeReader.IsConstant(node) && !_foreign.Contains(node.Output[0]))) read.Add(ReadNode(node, i));
        var weights = new WeightReader(_initializers, name => _narrow.TryGetValue(name, out var narrow)
            ? NarrowTensor.Read(narrow.Tensor, $"The initializer '{name}'", _tensors) : null);
        List<Node> left = weights.Fold(read, _file.Graph.Output.Select(o => o.Name), _editor);
        foreach ((string name, (TensorProto tensor, bool isConstant)) in _narrow)
            if (!isConstant && !weights.IsFolded(name)) _editor.Add(_keep.Initializer(tensor, _nodeNames.Make(name)));
        foreach (Node node in left)
            if (!(node.Operator is ForeignOperator && node.Outputs.All(weights.IsFolded))) _editor.Add(node);
    }

    private void ReadConstant(NodeProto node)
    {
        string name = node.Output.FirstOrDefault() ?? "";
        if (node.Output.Count == 1 && node.Attribute.Count == 1 && node.Attribute[0] is { Name: "value", T: { } value } && NarrowTensor.Holds(value.DataType))
        {
            AddNarrow(name, value, isConstant: true);
            return;
        }
        try
        {
            _initializers.Add(name, _nodes.ReadConstant(node));
        }
        catch (UnsupportedException)
        {
            _foreign.Add(name);
        }
    }

    private Node ReadNode(NodeProto node, int index)
    {
        string name = UniqueName(node, index);
        try
        {
            return _nodes.Read(node, name);
        }
        catch (UnsupportedException e)
        {
            return Keep(node, name, e.Message, null);
        }
    }

    /// <summary>A node kept as it was; what an older form of it became is taken back.</summary>
    private Node Keep(NodeProto node, string name, string missing, Node? instead)
    {
        Node kept = _keep.Node(node, name, _functions.OpsetOf(node).TryGetValue(OnnxOpset.Normal(node.Domain), out int opset) ? opset : null, missing);
        foreach (string added in instead?.Inputs.Where(_initializers.IsFresh).Except(kept.Inputs) ?? []) _editor.RemoveInitializer(added);
        return kept;
    }

    private string UniqueName(NodeProto node, int index)
    {
        // Two nodes of one name are legal in ONNX, where names of nodes mean nothing; in Pare a node is found by its name.
        if (node.Name.Length == 0) return _nodeNames.Make($"{node.OpType}_{index}");
        return _seenNodes.Add(node.Name) ? node.Name : _nodeNames.Make(node.Name);
    }
}
