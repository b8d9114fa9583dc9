using Pare.Runtime;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>What of a network differs from another whose values are at hand: only that is computed.</summary>
internal sealed class PartialNetwork
{
    private readonly WholeRun _known;
    private readonly Session? _session;
    private readonly string[] _outputs, _inputs = [];

    public PartialNetwork(Model model, WholeRun known, PlanOptions plan)
    {
        (_known, _outputs) = (known, [.. model.Outputs]);
        var same = new HashSet<string>(model.Inputs.Select(i => i.Name), StringComparer.Ordinal);
        var kept = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var view = new ModelView(model);
        foreach (Node node in model.Nodes)
        {
            if (IsSame(node, model, same)) same.UnionWith(node.Outputs);
            else kept.Add(node);
        }
        // Codes are not at hand, the floats before them are.
        foreach (Node node in model.Nodes.Reverse().Where(kept.Contains).ToList())
            foreach (string input in node.Inputs.Where(i => same.Contains(i) && !known.Has(i))) Keep(view.Maker(input)!, kept, same, view);
        if (kept.Count == 0) return;
        var editor = new ModelEditor { Metadata = model.Metadata };
        _inputs = [.. model.Nodes.Where(kept.Contains).SelectMany(n => n.Inputs).Where(same.Contains).Distinct(StringComparer.Ordinal)];
        foreach (string input in _inputs) editor.AddInput(input, model.Types[input]);
        foreach (Node node in model.Nodes.Where(kept.Contains)) editor.Add(node);
        foreach ((string name, WeightEncoding weight) in model.Weights) editor.SetWeight(name, weight);
        foreach ((string name, Tensor constant) in model.Constants) editor.SetConstant(name, constant);
        editor.SetOutputs(_outputs.Where(o => !same.Contains(o)));
        editor.RemoveUnused();
        _session = new Session(ExecutionPlan.Build(editor.Build(), plan));
    }

    /// <summary>An output, after <see cref="Run"/>.</summary>
    public Tensor Output(int index = 0) => _session is not null && _session.Plan.Lowered.Outputs.Contains(_outputs[index]) ? _session.Output(_outputs[index]) : _known[_outputs[index]];

    public void Run(CancellationToken cancel)
    {
        if (_session is null) return;
        foreach (string input in _inputs) _known[input].Bytes.CopyTo(_session.Input(input).Bytes);
        _session.Run(cancel);
    }

    private void Keep(Node node, HashSet<Node> kept, HashSet<string> same, ModelView view)
    {
        if (!kept.Add(node)) return;
        same.ExceptWith(node.Outputs);
        foreach (string input in node.Inputs.Where(i => same.Contains(i) && !_known.Has(i))) Keep(view.Maker(input)!, kept, same, view);
    }

    private bool IsSame(Node node, Model model, HashSet<string> same) =>
        _known.View.Maker(node.Outputs[0]) is { } other && ReferenceEquals(node.Operator, other.Operator) && node.Inputs.SequenceEqual(other.Inputs)
        && node.Inputs.All(i => i.Length == 0 || same.Contains(i) || model.Weights.ContainsKey(i) || model.Constants.ContainsKey(i));
}
