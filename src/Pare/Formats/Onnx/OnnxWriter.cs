using System.Collections.Immutable;
using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>
/// Writes a model in the ONNX format. Weights that are integers and scales are written as such behind DequantizeLinear nodes
/// (<see cref="StoredWeight"/>), all others decoded to plain floats. The bytes follow from the model and the options alone.
/// </summary>
internal sealed class OnnxWriter
{
    private readonly Model _model;
    private readonly StoredWeights _stored;
    private readonly Dictionary<(int Type, int Zero, string Shape), string> _zeros = [];
    private readonly Catalog<OperatorSpec> _operators;
    private readonly int _opset;
    private readonly Faults _faults = new();
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly FreshNames _names = new(); // of values within bodies
    private readonly SortedSet<string> _domains = new(StringComparer.Ordinal);

    private OnnxWriter(Model model, StoredWeights stored, Catalog<OperatorSpec> operators)
    {
        _model = model;
        _stored = stored;
        _opset = stored.Opset;
        _operators = operators;
        foreach (string name in model.Inputs.Select(i => i.Name).Concat(model.Weights.Keys).Concat(model.Constants.Keys).Concat(model.Nodes.SelectMany(n => n.Outputs)))
            _names.Take(name);
    }

    /// <summary>Writes a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="to">The file.</param>
    /// <param name="options">Opset, and how much may stay in the file.</param>
    /// <param name="operators">The operators known, for their domains.</param>
    /// <param name="openExternal">Opens the second file, called once and only where one is needed; null where there can be none.</param>
    /// <exception cref="UnsupportedException">The opset cannot say what the model says, or the model needs a second file and there can be none.</exception>
    public static void Write(Model model, Stream to, OnnxWriteOptions options, Catalog<OperatorSpec> operators, Func<ExternalSink>? openExternal)
    {
        var stored = StoredWeights.Of(model, options);
        int opset = stored.Opset;
        if (opset is < OnnxOpset.Oldest or > OnnxOpset.Newest)
            throw new UnsupportedException($"Opset {opset} cannot be written; Pare writes {OnnxOpset.Oldest} to {OnnxOpset.Newest}.");
        var writer = new OnnxWriter(model, stored, operators);
        ModelProto file = writer.Skeleton();
        List<string> initializers = writer.Initializers();
        long bytes = initializers.Sum(writer.Bytes) + writer.ForeignInitializers.Sum(n => (long)((ForeignOperator)n.Operator).Definition.Length);
        if (bytes <= options.InlineLimitBytes)
            writer.AddInitializers(file.Graph, initializers, null);
        else if (openExternal is not null)
        {
            writer.WriteWithExternalData(file, initializers, to, openExternal);
            return;
        }
        else
        {
            throw new UnsupportedException(
                $"The model has {bytes} bytes of initializers, over the limit of {options.InlineLimitBytes} for one file, and a stream has no second file. Write to a path, or set InlineLimitBytes.");
        }
        file.WriteTo(to);
    }

    private void WriteWithExternalData(ModelProto file, List<string> initializers, Stream to, Func<ExternalSink> open)
    {
        using ExternalSink sink = open();
        try
        {
            AddInitializers(file.Graph, initializers, sink);
            sink.Finish();
            file.WriteTo(to);
        }
        catch
        {
            sink.Discard();
            throw;
        }
    }

    /// <summary>Everything but the initializers.</summary>
    private ModelProto Skeleton()
    {
        var file = new ModelProto { IrVersion = OnnxOpset.IrVersion(_opset), Graph = new GraphProto() };
        foreach (Node node in _model.Nodes)
            if (node.Operator is ForeignOperator foreign) WriteForeign(node, foreign, file.Graph);
            else if (Write(node) is { } proto) file.Graph.Node.Add(proto);
        _faults.ThrowIfAny("The model cannot be written as ONNX", $"Opset {_opset} was asked for. Save a .pare file to keep the model as it is.");
        file.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = _opset });
        foreach (string domain in _domains)
            if (domain.Length > 0) file.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = OnnxMetadata.OpsetOf(_model.Metadata, domain) });
        foreach ((string name, TensorType type) in _model.Inputs) file.Graph.Input.Add(Value(name, type));
        foreach (Node input in _model.Nodes.Where(n => n.Operator is ForeignOperator { Kind: ForeignKind.Input }).OrderBy(n => ((ForeignOperator)n.Operator).Position))
            file.Graph.Input.Insert(Math.Min(((ForeignOperator)input.Operator).Position, file.Graph.Input.Count), ForeignWriter.Input(input));
        foreach (string output in _model.Outputs)
        {
            file.Graph.Output.Add(_model.Types.TryGetValue(output, out TensorType? type) ? Value(output, type) : OnnxMetadata.OutputOf(_model.Metadata, output));
            _used.Add(output);
        }
        OnnxMetadata.Write(_model.Metadata, file);
        return file;
    }

    private GraphProto WriteBody(Subgraph body, IReadOnlyList<string> captured, string prefix)
    {
        var graph = new GraphProto { Name = prefix };
        string holder = prefix[..(prefix.LastIndexOf('/') + 1)]; // reading puts it before the names of the nodes
        var inputs = new List<string>();
        for (int i = 0; i < body.Formal; i++) inputs.Add(_names.Make($"{prefix}/in{i}"));
        graph.Input.AddRange(inputs.Select(i => new ValueInfoProto { Name = i }));
        (ImmutableArray<Node> nodes, ImmutableArray<string> outputs) = body.Under([.. inputs, .. captured], n => n.Name.StartsWith(holder, StringComparison.Ordinal) ? n.Name[holder.Length..] : n.Name, (node, _) => _names.Make($"{prefix}/{node}"));
        foreach (Node node in nodes)
            if (Write(node) is { } proto) graph.Node.Add(proto);
        graph.Output.AddRange(outputs.Select(o => new ValueInfoProto { Name = o }));
        return graph;
    }

    private void WriteForeign(Node node, ForeignOperator op, GraphProto graph)
    {
        switch (op.Kind)
        {
            case ForeignKind.Input:
                return; // among the inputs, later
            case ForeignKind.Initializer:
                return; // among the initializers, later
        }
        NodeProto proto = ForeignWriter.Node(node);
        string[] domains = [op.Domain, .. GraphNames.Domains(proto, node.ToString())];
        int? opset = op.Domain.Length == 0 ? op.Opset : domains.Contains("") ? _model.Metadata.Opset : null;
        if (opset is { } read && read != _opset)
            _faults.Add($"a node that Pare lacks can only be written in the opset {read} that it was read in", $"node {node}");
        _domains.UnionWith(op.Opset is null ? domains[1..] : domains); // a file that did not say the version goes on not saying it
        _used.UnionWith(node.Inputs);
        graph.Node.Add(proto);
        for (int i = 0; i < node.Outputs.Length; i++)
            if (node.Outputs[i].Length > 0 && i < op.OutputTypes.Length && op.OutputTypes[i] is { } type && !_model.Outputs.Contains(node.Outputs[i]))
                graph.ValueInfo.Add(Value(node.Outputs[i], type));
    }

    private NodeProto? Write(Node node)
    {
        OperatorSpec? spec = _operators.Find(node.Operator.Name);
        if (spec is null || spec.Domain == "pare" || (spec.Domain.Length == 0 && _opset < spec.SinceOpset))
        {
            string why = spec is null ? "is in no catalog, so its domain is not known"
                : spec.Domain == "pare" ? "is Pare's own, ONNX has none like it" : $"came with opset {spec.SinceOpset}, {_opset} is older";
            _faults.Add($"operator {node.Operator.Name} {why}", $"node '{node.Name}'");
            return null;
        }
        int opset = spec.Domain.Length == 0 ? _opset : OnnxMetadata.OpsetOf(_model.Metadata, spec.Domain);
        var writer = new OnnxOperatorWriter(_model, node, opset, WriteBody);
        try
        {
            node.Operator.Write(writer);
        }
        catch (UnsupportedException e)
        {
            _faults.Add(e.Message, $"node {node}");
            return null;
        }
        NodeProto proto = writer.ToProto(spec.Domain);
        _domains.Add(spec.Domain);
        _taken.UnionWith(writer.Taken);
        _used.UnionWith(proto.Input);
        return proto;
    }

    /// <summary>The initializers in the order in which nodes read them, then those that nobody reads; without those that became attributes.</summary>
    private List<string> Initializers()
    {
        IEnumerable<string> read = _model.Nodes.SelectMany(n => n.Inputs);
        IEnumerable<string> all = _model.Weights.Keys.Concat(_model.Constants.Keys);
        return [.. read.Concat(all.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).Where(n => IsInitializer(n) && (_used.Contains(n) || !_taken.Contains(n)))];
    }

    private bool IsInitializer(string name) => _model.Weights.ContainsKey(name) || _model.Constants.ContainsKey(name);

    private long Bytes(string name) => _stored.Find(name) is { } stored ? stored.Bytes :
        _model.Weights.TryGetValue(name, out WeightEncoding? weight) ? (long)weight.Length * sizeof(float) : _model.Constants[name].ByteLength;

    private IEnumerable<Node> ForeignInitializers => _model.Nodes.Where(n => n.Operator is ForeignOperator { Kind: ForeignKind.Initializer });

    private void AddInitializers(GraphProto graph, List<string> names, ExternalSink? sink)
    {
        foreach (TensorProto tensor in ForeignInitializers.Select(ForeignWriter.Initializer))
        {
            graph.Initializer.Add(tensor.HasRawData && tensor.RawData.Length >= ExternalSink.LeastBytes ? sink?.Write(tensor) ?? tensor : tensor);
            if (OnnxOpset.IrVersion(_opset) < OnnxOpset.FreeInitializers) graph.Input.Add(ForeignWriter.TypeOf(tensor));
        }
        var dequantize = new List<NodeProto>();
        foreach (string name in names)
        {
            if (_stored.Find(name) is { } stored)
            {
                dequantize.Add(Dequantize(graph, name, stored, sink));
                continue;
            }
            ExternalSink? to = Bytes(name) >= ExternalSink.LeastBytes ? sink : null;
            graph.Initializer.Add(_model.Weights.TryGetValue(name, out WeightEncoding? weight)
                ? to?.Write(weight, name) ?? TensorFormatter.Inline(weight, name)
                : to?.Write(_model.Constants[name], name) ?? TensorFormatter.Inline(_model.Constants[name], name));
            if (OnnxOpset.IrVersion(_opset) < OnnxOpset.FreeInitializers) graph.Input.Add(Value(name, _model.Types[name]));
        }
        if (dequantize.Count == 0) return;
        NodeProto[] nodes = [.. dequantize, .. graph.Node];
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    private NodeProto Dequantize(GraphProto graph, string name, StoredWeight stored, ExternalSink? sink)
    {
        var node = new NodeProto { OpType = "DequantizeLinear", Output = { name } };
        TensorProto codes = stored.Codes;
        codes.Name = _names.Make($"{name}_quantized");
        graph.Initializer.Add(codes.RawData.Length >= ExternalSink.LeastBytes ? sink?.Write(codes) ?? codes : codes);
        string scale = _names.Make($"{name}_scale");
        graph.Initializer.Add((stored.Scales.ByteLength >= ExternalSink.LeastBytes ? sink?.Write(stored.Scales, scale) : null) ?? TensorFormatter.Inline(stored.Scales, scale));
        node.Input.Add([codes.Name, scale]);
        if (stored.Zero is { } zero) node.Input.Add(Zeros(graph, codes.DataType, zero, stored.Scales.Shape));
        if (stored.Axis != Encodings.Scaled.WholeWeight && stored.Axis != 1) node.Attribute.Add(Attributes.Write("axis", new AttributeValue.Int(stored.Axis)));
        if (stored.Block > 0) node.Attribute.Add(Attributes.Write("block_size", new AttributeValue.Int(stored.Block)));
        return node;
    }

    /// <summary>Zero points of one value, which weights of one shape of scales share: the format knows no smaller way to say them.</summary>
    private string Zeros(GraphProto graph, int type, int zero, Shape shape)
    {
        (int, int, string) key = (type, zero, shape.ToString());
        if (_zeros.TryGetValue(key, out string? name)) return name;
        int bits = ElementType.Find(type)?.Size() * 8 ?? ElementType.ForeignBits(type)!.Value, count = checked((int)shape.Elements);
        ushort[] patterns = new ushort[count];
        Array.Fill(patterns, (ushort)(zero & ((1 << bits) - 1)));
        TensorProto tensor = new NarrowTensor(shape, Codes.Pack(bits, patterns), IsSigned: false).ToProto();
        tensor.DataType = type;
        tensor.Name = name = _names.Make($"zero_point_{ElementType.Name(type)}{(count == 1 ? "" : $"_{count}")}");
        graph.Initializer.Add(tensor);
        return _zeros[key] = name;
    }

    /// <summary>The type of a value.</summary>
    public static ValueInfoProto Value(string name, TensorType type)
    {
        var shape = new TensorShapeProto();
        foreach (Dim dim in type.Shape)
            shape.Dim.Add(dim.IsKnown ? new TensorShapeProto.Types.Dimension { DimValue = dim.Value } : new TensorShapeProto.Types.Dimension { DimParam = dim.ToString() });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = ElementType.Code(type.DType), Shape = shape } },
        };
    }
}
