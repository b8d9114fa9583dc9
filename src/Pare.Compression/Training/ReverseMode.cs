using Pare.Operators;

namespace Pare.Compression.Training;

/// <summary>Adds to a graph the nodes that compute the gradients of a loss: reverse mode, each operator adding its own.</summary>
internal sealed class ReverseMode
{
    private static readonly Operator Sum = new Binary(BinaryFunctions.Add);

    private readonly Model _model;
    private readonly ModelEditor _editor;
    private readonly HashSet<string> _needed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _contributions = new(StringComparer.Ordinal);
    private readonly List<Node> _refused = [];

    private ReverseMode(Model model, ModelEditor editor)
    {
        _model = model;
        _editor = editor;
    }

    /// <summary>Adds gradient nodes for some inputs of a model.</summary>
    /// <param name="model">The forward graph; its types are fixed.</param>
    /// <param name="editor">The same graph, to which nodes are added.</param>
    /// <param name="loss">A scalar value.</param>
    /// <param name="sources">The inputs whose gradients are wanted.</param>
    /// <returns>The value that holds the gradient of each source; a source that the loss does not depend on is left out.</returns>
    /// <exception cref="UnsupportedException">Nodes between a source and the loss have no gradient; all are named.</exception>
    public static Dictionary<string, string> Add(Model model, ModelEditor editor, string loss, IEnumerable<string> sources)
    {
        var mode = new ReverseMode(model, editor);
        mode._needed.UnionWith(sources);
        return mode.Run(loss, [.. mode._needed]);
    }

    private Dictionary<string, string> Run(string loss, string[] sources)
    {
        foreach (Node node in _model.Nodes)
            if (node.Inputs.Any(_needed.Contains)) _needed.UnionWith(node.Outputs.Where(o => o.Length > 0));
        Contribute(loss, Constant("gradient/one", Tensor.Scalar(1f)));
        foreach (Node node in _model.Nodes.Reverse())
        {
            if (!node.Outputs.Any(_contributions.ContainsKey) || !node.Inputs.Any(_needed.Contains)) continue;
            try
            {
                node.Operator.Differentiate(new Scope(this, node));
            }
            catch (UnsupportedException)
            {
                // Walk on as though it had one, so that every such node is named at once.
                _refused.Add(node);
                foreach (string input in node.Inputs.Where(_needed.Contains)) Contribute(input, loss);
            }
        }
        if (_refused.Count > 0)
            throw new UnsupportedException(
                $"These nodes have no gradient, so what lies before them cannot be trained: {string.Join(", ", _refused)}. "
                + "Freeze those layers, or take the nodes out of the trained path.");
        return sources.Where(_contributions.ContainsKey).ToDictionary(s => s, Gradient, StringComparer.Ordinal);
    }

    private void Contribute(string value, string gradient)
    {
        if (!_contributions.TryGetValue(value, out List<string>? list)) _contributions[value] = list = [];
        list.Add(gradient);
    }

    /// <summary>The whole gradient of a value: what its readers contributed, added up in their order.</summary>
    private string Gradient(string value)
    {
        if (!_contributions.TryGetValue(value, out List<string>? parts))
        {
            TensorType type = _model.Types[value];
            return Constant($"gradient/zeros/{value}", new Tensor(type.DType, type.Shape));
        }
        if (parts.Count > 1)
        {
            string sum = parts[0];
            for (int i = 1; i < parts.Count; i++) sum = _editor.Add(Sum, $"gradient/{value}", sum, parts[i]);
            parts.Clear();
            parts.Add(sum);
        }
        return parts[0];
    }

    private string Constant(string wish, Tensor value) => _editor.SetConstant(_editor.FreshValue(wish), value);

    private sealed class Scope(ReverseMode all, Node node) : GradientScope
    {
        private int _added;

        public override Node Node => node;

        public override bool Needs(int input) => node.Input(input) is { Length: > 0 } name && all._needed.Contains(name);

        public override TensorType Type(int input) => all._model.Types[node.Input(input)];

        public override TensorType OutputType(int output = 0) => all._model.Types[node.Outputs[output]];

        public override string OutputGradient(int output = 0) => all.Gradient(node.Outputs[output]);

        public override string[] Add(Operator op, int outputs, params ReadOnlySpan<string> inputs)
        {
            string name = all._editor.FreshNode($"gradient/{node.Name}/{op.Name}{(_added++ == 0 ? "" : $"_{_added}")}");
            string[] made = [.. Enumerable.Range(0, outputs).Select(i => all._editor.FreshValue(i == 0 ? name : $"{name}/{i}"))];
            all._editor.Add(new Node(name, op, [.. inputs], [.. made]));
            return made;
        }

        public override string Constant(Tensor value) => all.Constant($"gradient/{node.Name}/constant", value);

        public override void InputGradient(int input, string value)
        {
            if (Needs(input)) all.Contribute(node.Input(input), value);
        }
    }
}
