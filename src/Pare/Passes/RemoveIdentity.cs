using Pare.Operators;

namespace Pare.Passes;

/// <summary>Takes out nodes that change nothing: Identity, Dropout, and Reshape, Pad, Slice, Cast ... to what is there already.</summary>
public static class RemoveIdentity
{
    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model) => Apply(model, keepDropout: false);

    /// <summary>Applies the pass for a model that is trained: Dropout stays.</summary>
    public static Model ApplyForTraining(Model model) => Apply(model, keepDropout: true);

    private static Model Apply(Model model, bool keepDropout)
    {
        var editor = new ModelEditor(model);
        bool changed = false;
        HashSet<string> read = [.. model.Nodes.SelectMany(n => n.Inputs), .. model.Outputs];
        foreach (string name in model.Nodes.Where(n => n.Operator is Dropout ? !keepDropout : ChangesNothing(model, n)).Select(n => n.Name))
        {
            Node node = editor.Nodes.First(n => n.Name == name);
            if (!node.Outputs.Skip(1).Any(read.Contains)) changed |= editor.Bypass(node);
        }
        return changed ? editor.Build() : model;
    }

    private static bool ChangesNothing(Model model, Node node)
    {
        // Recurrent layers may leave out their first output.
        if (node.Input(0).Length == 0 || node.Outputs[0].Length == 0 || !model.IsTyped(node)) return false;
        TensorType from = model.Types[node.Inputs[0]], to = model.Types[node.Outputs[0]];
        if (!from.Equals(to)) return false;
        return node.Operator switch
        {
            Identity or Cast or Reshape or Flatten or Squeeze or Unsqueeze or Expand => true,
            Concat or Variadic => node.Inputs.Length == 1,
            Transpose t => t.OrderOf(from.Shape.Rank).AsSpan().SequenceEqual(AxisTables.Identity(from.Shape.Rank)),
            Pad => Constant(model, node, 1) is { } pads && pads.All(p => p == 0),
            Slice => node.Input(4).Length == 0 || (Constant(model, node, 4) is { } steps && steps.All(s => s == 1)),
            Split => node.Outputs.Length == 1,
            _ => false,
        };
    }

    private static long[]? Constant(Model model, Node node, int input) => model.Constants.GetValueOrDefault(node.Input(input))?.ToInt64s();
}
