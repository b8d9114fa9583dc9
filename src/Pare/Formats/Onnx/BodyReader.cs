using Pare.Formats.Onnx.Wire;
using Pare.Operators;

namespace Pare.Formats.Onnx;

/// <summary>Reads the sub-graph of an operator. Its initializers become initializers of the file's graph, which it then reads from outside.</summary>
internal sealed class BodyReader(
    TensorParser tensors, Initializers initializers, Func<NodeProto, ParsedTensor> constant, Func<NodeProto, string, ValueScope, Node> read)
{
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);

    /// <summary>The inputs that the sub-graph names.</summary>
    public List<string> Formal { get; } = [];

    /// <summary>The nodes.</summary>
    public List<Node> Nodes { get; } = [];

    /// <summary>The outputs, each made by a node.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>What the nodes read from outside, in the order of reading.</summary>
    public IEnumerable<string> Captured => Nodes.SelectMany(n => n.Inputs).Where(i => i.Length > 0 && !_own.Contains(i)).Distinct(StringComparer.Ordinal);

    /// <summary>Reads the sub-graph.</summary>
    /// <param name="graph">The sub-graph.</param>
    /// <param name="node">The name of the node that holds it.</param>
    /// <param name="outer">The names around it.</param>
    /// <exception cref="ModelException">It is malformed.</exception>
    /// <exception cref="UnsupportedException">It needs what Pare lacks.</exception>
    public void Read(GraphProto graph, string node, ValueScope? outer)
    {
        string label = $"Node '{node}'";
        var scope = new ValueScope(outer);
        foreach (ValueInfoProto input in graph.Input)
        {
            if (input.Type is { } type && (type.ValueCase is not (TypeProto.ValueOneofCase.None or TypeProto.ValueOneofCase.TensorType)
                || (type.TensorType is { ElemType: > 0 } tensor && ElementType.Find(tensor.ElemType) is null)))
                throw new UnsupportedException("sub-graphs with inputs of a type that Pare lacks");
            Formal.Add(Own(scope.Define(input.Name, Unique(), label)));
        }
        foreach (TensorProto tensor in graph.Initializer) Hoist(tensor.Name, () => tensors.Read(tensor, $"The initializer '{tensor.Name}' in node '{node}'"));
        foreach (SparseTensorProto sparse in graph.SparseInitializer)
            Hoist(sparse.Values?.Name ?? "", () => tensors.ReadSparse(sparse, $"The initializer '{sparse.Values?.Name}' in node '{node}'"));
        foreach (NodeProto inner in graph.Node)
            if (NodeReader.IsConstant(inner)) Hoist(inner.Output.FirstOrDefault() ?? "", () => constant(inner));
            else
                foreach (string output in inner.Output.Where(o => o.Length > 0)) Own(scope.Define(output, Unique(), label));
        foreach (NodeProto inner in graph.Node)
            if (!NodeReader.IsConstant(inner)) Nodes.Add(read(inner, $"{node}/{(inner.Name.Length > 0 ? inner.Name : $"{inner.OpType}_{Nodes.Count}")}", scope));
        NameNodesOnce();
        HashSet<string> made = [.. Nodes.SelectMany(n => n.Outputs)];
        foreach (ValueInfoProto output in graph.Output)
        {
            string value = ValueScope.Find(scope, output.Name);
            if (!made.Remove(value))
            {
                string copy = Own(Unique());
                Nodes.Add(new Node($"{node}/{output.Name}_{Nodes.Count}", new Identity(), [value], [copy]));
                value = copy;
            }
            Outputs.Add(value);
        }
        NameNodesOnce();

        void Hoist(string name, Func<ParsedTensor> value)
        {
            if (name.Length == 0) throw new ModelException($"{label}: an initializer of its sub-graph has no name.");
            scope.Define(name, initializers.AddFresh($"{node}/{name}", value()), label);
        }
    }

    // No name of a file can be like this: it is no text in UTF-8 that a tool would write.
    private string Unique() => $"\u0001{initializers.Next()}";

    private string Own(string name)
    {
        _own.Add(name);
        return name;
    }

    private void NameNodesOnce()
    {
        var names = new FreshNames();
        for (int i = 0; i < Nodes.Count; i++) Nodes[i] = Nodes[i] with { Name = names.Make(Nodes[i].Name) };
    }
}
