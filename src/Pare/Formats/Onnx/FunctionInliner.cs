using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Puts the nodes of the file's own functions in the place of their calls (ONNX, docs/IR.md, "Functions").</summary>
internal sealed class FunctionInliner(ModelProto file, IReadOnlyDictionary<string, int> opsets)
{
    /// <summary>Calls stand at most so deep in each other; the format forbids recursion.</summary>
    private const int Deepest = 32;

    /// <summary>A small file must not become a huge one.</summary>
    private const int MostNodes = 200_000;

    private readonly Dictionary<NodeProto, IReadOnlyDictionary<string, int>> _opsets = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string, string, string), FunctionProto> _functions = [];
    private readonly FreshNames _values = new();
    private readonly FreshNames _nodes = new();
    private int _made;

    /// <summary>The operator sets that a node follows: those of its function, where it comes from one.</summary>
    public IReadOnlyDictionary<string, int> OpsetOf(NodeProto node) => _opsets.GetValueOrDefault(node, opsets);

    /// <summary>Replaces all calls in the file's graph.</summary>
    /// <exception cref="ModelException">A function is given twice, or calls itself.</exception>
    public void Inline()
    {
        if (file.Functions.Count == 0) return;
        foreach (FunctionProto function in file.Functions)
            if (!_functions.TryAdd((OnnxOpset.Normal(function.Domain), function.Name, function.Overload), function))
                throw new ModelException($"The function '{function.Name}' of domain '{function.Domain}' is given twice.");
        GraphProto graph = file.Graph;
        foreach (string name in graph.Node.SelectMany(n => n.Input.Concat(n.Output)).Concat(graph.Initializer.Select(t => t.Name)).Concat(graph.Input.Select(i => i.Name)))
            _values.Take(name);
        foreach (NodeProto node in graph.Node) _nodes.Take(node.Name);
        var nodes = new List<NodeProto>();
        foreach (NodeProto node in graph.Node) Expand(node, nodes, 0);
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    private FunctionProto? Find(NodeProto node) => _functions.GetValueOrDefault((OnnxOpset.Normal(node.Domain), node.OpType, node.Overload));

    private void Expand(NodeProto node, List<NodeProto> into, int depth)
    {
        if (Find(node) is not { } function)
        {
            into.Add(node);
            return;
        }
        if (depth > Deepest) throw new ModelException($"Node '{node.Name}': the function '{function.Name}' calls functions more than {Deepest} deep, or itself.");
        if (node.Input.Count > function.Input.Count || node.Output.Count > function.Output.Count)
            throw new ModelException($"Node '{node.Name}': the function '{function.Name}' has {function.Input.Count} inputs and {function.Output.Count} outputs, the call {node.Input.Count} and {node.Output.Count}.");
        string call = node.Name.Length > 0 ? node.Name : function.Name;
        Dictionary<string, string> names = Names(node, function, call);
        foreach (NodeProto inner in function.Node)
        {
            if (++_made > MostNodes) throw new UnsupportedException($"The functions of the file unfold to more than {MostNodes} nodes.");
            NodeProto copy = inner.Clone();
            copy.Name = _nodes.Make(inner.Name.Length > 0 ? $"{call}/{inner.Name}" : $"{call}/{inner.OpType}");
            Bind(copy, node, function, 0);
            for (int i = 0; i < copy.Input.Count; i++) copy.Input[i] = names.GetValueOrDefault(copy.Input[i], copy.Input[i]);
            for (int i = 0; i < copy.Output.Count; i++) copy.Output[i] = names.GetValueOrDefault(copy.Output[i], copy.Output[i]);
            GraphNames.Rename(copy, names, $"'{copy.Name}' ({copy.OpType})");
            if (function.OpsetImport.Count > 0) _opsets[copy] = Imports(function);
            Expand(copy, into, depth + 1);
        }
    }

    /// <summary>The function's names in the graph: what the call names, and fresh ones for the rest.</summary>
    private Dictionary<string, string> Names(NodeProto call, FunctionProto function, string prefix)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        for (int i = 0; i < function.Input.Count; i++) names[function.Input[i]] = i < call.Input.Count ? call.Input[i] : "";
        for (int i = 0; i < call.Output.Count; i++)
        {
            if (call.Output[i].Length == 0) continue;
            // An output that is an input, too, has no node to make it.
            if (!names.TryAdd(function.Output[i], call.Output[i]))
                throw new ModelException($"Node '{call.Name}': output '{function.Output[i]}' of the function '{function.Name}' is made by none of its nodes.");
        }
        foreach (string output in function.Node.SelectMany(n => n.Output))
            if (!names.ContainsKey(output)) names[output] = _values.Make($"{prefix}/{output}");
        return names;
    }

    /// <summary>Gives attributes that refer to those of the function the values of the call; one that the call lacks, and that has no default, is left out.</summary>
    private static void Bind(NodeProto node, NodeProto call, FunctionProto function, int depth)
    {
        if (depth > GraphNames.Deepest) throw new ModelException($"The function '{function.Name}' has sub-graphs more than {GraphNames.Deepest} deep in each other.");
        for (int i = node.Attribute.Count - 1; i >= 0; i--)
        {
            AttributeProto attribute = node.Attribute[i];
            if (attribute.HasRefAttrName && attribute.RefAttrName.Length > 0)
            {
                AttributeProto? value = Value(attribute.RefAttrName, call, function);
                node.Attribute.RemoveAt(i);
                if (value is null) continue;
                value = value.Clone();
                value.Name = attribute.Name;
                node.Attribute.Insert(i, value);
                continue;
            }
            if (attribute.HasG) attribute.G = Bound(attribute.G, call, function, depth);
            for (int g = 0; g < attribute.Graphs.Count; g++) attribute.Graphs[g] = Bound(attribute.Graphs[g], call, function, depth);
        }
    }

    private static ByteString Bound(ByteString bytes, NodeProto call, FunctionProto function, int depth)
    {
        GraphProto graph = GraphNames.Parse(bytes, $"A sub-graph of the function '{function.Name}'", keepUnknown: true);
        foreach (NodeProto node in graph.Node) Bind(node, call, function, depth + 1);
        return graph.ToByteString();
    }

    private static AttributeProto? Value(string name, NodeProto call, FunctionProto function) =>
        call.Attribute.FirstOrDefault(a => a.Name == name) ?? function.AttributeProto.FirstOrDefault(a => a.Name == name);

    private Dictionary<string, int> Imports(FunctionProto function)
    {
        var imports = new Dictionary<string, int>(opsets, StringComparer.Ordinal);
        foreach (OperatorSetIdProto import in function.OpsetImport)
            imports[OnnxOpset.Normal(import.Domain)] = import.Version is >= 1 and <= int.MaxValue
                ? (int)import.Version
                : throw new ModelException($"The function '{function.Name}' uses version {import.Version} of the operator set '{import.Domain}', which makes no sense.");
        return imports;
    }
}
