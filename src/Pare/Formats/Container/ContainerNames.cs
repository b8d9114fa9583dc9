using System.Collections.Immutable;

namespace Pare.Formats.Container;

/// <summary>Names that a <c>.pare</c> file gives by itself, so that they need not be stored; and the model under them.</summary>
internal static class ContainerNames
{
    /// <summary>The name of node number <paramref name="index"/> where none is kept.</summary>
    public static string Node(int index) => $"node{index}";

    /// <summary>The name of constant number <paramref name="index"/> where none is kept.</summary>
    public static string Constant(int index) => $"constant{index}";

    /// <summary>The name of weight number <paramref name="index"/> where none is kept.</summary>
    public static string Weight(int index) => $"weight{index}";

    /// <summary>The name of a node's output where none is kept.</summary>
    public static string Output(string node, int output) => output == 0 ? node : $"{node}:{output}";

    /// <summary>Weights in the order of their readers, then those that no node reads.</summary>
    public static ImmutableArray<string> WeightOrder(Model model) => Order(model.WeightsInOrder(), model.Weights.Keys);

    /// <summary>Constants in the order of their readers, then those that no node reads.</summary>
    public static ImmutableArray<string> ConstantOrder(Model model) =>
        Order(model.Nodes.SelectMany(n => n.Inputs).Where(model.Constants.ContainsKey), model.Constants.Keys);

    /// <summary>The model as a file keeps it: the same but for names that are not kept.</summary>
    public static Model Keep(Model model, KeptNames kept)
    {
        if (kept == KeptNames.All) return model;
        var fixedNames = new HashSet<string>(model.Inputs.Select(i => i.Name).Concat(model.Outputs), StringComparer.Ordinal);
        bool isStripped = kept == KeptNames.None;
        if (!isStripped) fixedNames.UnionWith(model.Weights.Keys);
        var names = new Renaming(fixedNames);
        ImmutableArray<string> weights = WeightOrder(model), constants = ConstantOrder(model);
        if (isStripped) names.Assign(weights, Weight);
        names.Assign(constants, Constant);
        var nodes = new List<Node>();
        foreach (Node node in model.Nodes)
        {
            string name = isStripped ? Node(nodes.Count) : node.Name;
            for (int i = 0; i < node.Outputs.Length; i++)
                if (node.Outputs[i].Length > 0) names.Assign(node.Outputs[i], Output(name, i));
            nodes.Add(node with { Name = name, Outputs = [.. node.Outputs.Select(names.Of)] });
        }
        var editor = new ModelEditor { Metadata = model.Metadata };
        foreach ((string name, TensorType type) in model.Inputs) editor.AddInput(name, type);
        foreach (string weight in weights) editor.SetWeight(names.Of(weight), model.Weights[weight]);
        foreach (string constant in constants) editor.SetConstant(names.Of(constant), model.Constants[constant]);
        foreach (Node node in nodes) editor.Add(node with { Inputs = [.. node.Inputs.Select(names.Of)] });
        foreach (string output in model.Outputs) editor.AddOutput(output);
        return editor.Build();
    }

    private static ImmutableArray<string> Order(IEnumerable<string> read, IEnumerable<string> all) =>
        [.. read.Concat(all.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)];

    private sealed class Renaming(HashSet<string> taken)
    {
        private readonly Dictionary<string, string> _names = taken.ToDictionary(n => n, n => n, StringComparer.Ordinal);

        public string Of(string name) => name.Length == 0 ? "" : _names[name];

        public void Assign(ImmutableArray<string> names, Func<int, string> wish)
        {
            for (int i = 0; i < names.Length; i++) Assign(names[i], wish(i));
        }

        public void Assign(string name, string wish)
        {
            if (_names.ContainsKey(name)) return; // kept
            string free = wish;
            for (int i = 2; !taken.Add(free); i++) free = $"{wish}_{i}";
            _names[name] = free;
        }
    }
}
