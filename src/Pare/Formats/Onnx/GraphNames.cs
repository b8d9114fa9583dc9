using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>The names that sub-graphs read from outside, found and replaced. What Pare does not know of a sub-graph stays in it.</summary>
internal static class GraphNames
{
    /// <summary>Sub-graphs stand at most so deep in each other.</summary>
    public const int Deepest = 16;

    /// <summary>Parses a sub-graph.</summary>
    /// <exception cref="ModelException">The bytes are no graph.</exception>
    public static GraphProto Parse(ByteString bytes, string label, bool keepUnknown = false)
    {
        try
        {
            return GraphProto.Parser.WithDiscardUnknownFields(!keepUnknown).ParseFrom(bytes);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ModelException($"{label} is damaged: {e.Message}", e);
        }
    }

    /// <summary>The sub-graphs of a node.</summary>
    public static IEnumerable<ByteString> SubGraphs(NodeProto node) => node.Attribute.SelectMany(a => a.HasG ? a.Graphs.Prepend(a.G) : a.Graphs);

    /// <summary>What a node's sub-graphs read from outside, in the order of reading.</summary>
    public static List<string> Captured(NodeProto node, string label)
    {
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (ByteString graph in SubGraphs(node)) Collect(Parse(graph, $"A sub-graph of node {label}"), names, label, 1);
        return [.. names.Keys];
    }

    /// <summary>Replaces names that a node's sub-graphs read from outside. Sub-graphs that read none of them keep their bytes.</summary>
    public static void Rename(NodeProto node, IReadOnlyDictionary<string, string> names, string label)
    {
        if (names.Count > 0) Rename(node, names, label, 1);
    }

    /// <summary>The operator sets that a node's sub-graphs use.</summary>
    public static IEnumerable<string> Domains(NodeProto node, string label) => Domains(node, label, 1);

    private static IEnumerable<string> Domains(NodeProto node, string label, int depth)
    {
        RequireDepth(label, depth);
        return SubGraphs(node).SelectMany(g => Parse(g, $"A sub-graph of node {label}").Node).SelectMany(n => Domains(n, label, depth + 1).Prepend(OnnxOpset.Normal(n.Domain)));
    }

    private static void Collect(GraphProto graph, OrderedDictionary<string, bool> captured, string label, int depth)
    {
        RequireDepth(label, depth);
        HashSet<string> own = Defined(graph);
        foreach (NodeProto node in graph.Node)
        {
            foreach (string input in node.Input) Add(input);
            foreach (ByteString inner in SubGraphs(node))
            {
                var below = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
                Collect(Parse(inner, $"A sub-graph of node {label}"), below, label, depth + 1);
                foreach (string name in below.Keys) Add(name);
            }
        }
        foreach (ValueInfoProto output in graph.Output) Add(output.Name);

        void Add(string name)
        {
            if (name.Length > 0 && !own.Contains(name)) captured[name] = true;
        }
    }

    private static void Rename(NodeProto node, IReadOnlyDictionary<string, string> names, string label, int depth)
    {
        RequireDepth(label, depth);
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (attribute.HasG) attribute.G = Renamed(attribute.G, names, label, depth);
            for (int i = 0; i < attribute.Graphs.Count; i++) attribute.Graphs[i] = Renamed(attribute.Graphs[i], names, label, depth);
        }
    }

    private static ByteString Renamed(ByteString bytes, IReadOnlyDictionary<string, string> names, string label, int depth)
    {
        GraphProto graph = Parse(bytes, $"A sub-graph of node {label}", keepUnknown: true);
        var captured = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        Collect(graph, captured, label, depth);
        Dictionary<string, string> read = captured.Keys.Where(names.ContainsKey).ToDictionary(n => n, n => names[n], StringComparer.Ordinal);
        if (read.Count == 0) return bytes;
        foreach (NodeProto node in graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++) node.Input[i] = read.GetValueOrDefault(node.Input[i], node.Input[i]);
            Rename(node, read, label, depth + 1);
        }
        foreach (ValueInfoProto output in graph.Output) output.Name = read.GetValueOrDefault(output.Name, output.Name);
        return graph.ToByteString();
    }

    private static HashSet<string> Defined(GraphProto graph) =>
    [
        .. graph.Input.Select(i => i.Name), .. graph.Initializer.Select(i => i.Name), .. graph.SparseInitializer.Select(s => s.Values?.Name ?? ""),
        .. graph.Node.SelectMany(n => n.Output),
    ];

    private static void RequireDepth(string label, int depth)
    {
        if (depth > Deepest) throw new ModelException($"Node {label}: its sub-graphs stand more than {Deepest} deep in each other.");
    }
}
