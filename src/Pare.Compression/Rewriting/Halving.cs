using Pare.Operators;

namespace Pare.Compression.Rewriting;

/// <summary>Nodes that take every second row and column, and what they become when they shall not.</summary>
internal static class Halving
{
    /// <summary>What a node does to the resolution.</summary>
    public enum Kind
    {
        /// <summary>It keeps it, but for borders.</summary>
        None,
        /// <summary>It halves it and can do without.</summary>
        Half,
        /// <summary>It changes it in another way.</summary>
        Other,
    }

    /// <summary>What a node does.</summary>
    public static Kind Of(Model model, Node node) => node.Operator switch
    {
        Conv conv => OfStrides(conv.Window.Strides),
        MaxPool pool => node.Outputs.Skip(1).Any(o => o.Length > 0) && OfStrides(pool.Window.Strides) == Kind.Half ? Kind.Other : OfStrides(pool.Window.Strides),
        AveragePool pool => OfStrides(pool.Window.Strides),
        Slice => OfSteps(model, node),
        _ => SameSize(model, node) ? Kind.None : Kind.Other,
    };

    /// <summary>Lets a node that halves keep the resolution.</summary>
    /// <param name="model">The model before.</param>
    /// <param name="editor">The model as it becomes; the node's inputs there may have other names.</param>
    /// <param name="node">The node as it is in the editor.</param>
    /// <returns>False where nothing is left to do: the node is then to be taken out.</returns>
    public static bool Undo(Model model, ModelEditor editor, Node node)
    {
        switch (node.Operator)
        {
            case Conv conv:
                Window window = IsSame(model, node)
                    ? Same(conv.Window, [.. model.Weights[node.Inputs[1]].Shape.Fixed.Skip(2)])
                    : conv.Window;
                editor.Replace(node, node with { Operator = conv with { Window = window with { Strides = [1, 1] } } });
                return true;
            case MaxPool pool when pool.Window.Kernel.All(k => k <= 2):
            case AveragePool average when average.Window.Kernel.All(k => k <= 2):
                return false;
            case MaxPool pool:
                editor.Replace(node, node with { Operator = pool with { Window = Same(pool.Window, [.. pool.Window.Kernel]) with { Strides = [1, 1] } } });
                return true;
            case AveragePool pool:
                editor.Replace(node, node with { Operator = pool with { Window = Same(pool.Window, [.. pool.Window.Kernel]) with { Strides = [1, 1] } } });
                return true;
            default:
                long[] ones = [.. Enumerable.Repeat(1L, model.Constants[node.Inputs[4]].Length)];
                string steps = editor.SetConstant(editor.FreshValue($"{node.Name}.steps"), Tensor.Vector(ones));
                editor.Replace(node, node with { Inputs = node.Inputs.SetItem(4, steps) });
                return true;
        }
    }

    /// <summary>Height and width of a value, or null where it is no picture of known size.</summary>
    public static (int Height, int Width)? Size(Model model, string value) =>
        model.Types.GetValueOrDefault(value)?.Shape is { Rank: 4 } shape && shape[2].IsKnown && shape[3].IsKnown ? ((int)shape[2].Constant, (int)shape[3].Constant) : null;

    // The output has half the rows, rounded up: the borders are padded.
    private static bool IsSame(Model model, Node node) =>
        Size(model, model.Nodes.First(n => n.Name == node.Name).Inputs[0]) is var (h, w) && Size(model, node.Outputs[0]) == ((h + 1) / 2, (w + 1) / 2);

    private static Window Same(Window window, int[] kernel)
    {
        int[] total = [.. kernel.Select((k, axis) => (k - 1) * (window.Dilations.IsEmpty ? 1 : window.Dilations[axis]))];
        int[] before = [.. total.Select((t, axis) => window.AutoPad == AutoPad.Explicit && !window.Pads.IsEmpty && window.Pads[axis] > 0 ? Math.Min(t, window.Pads[axis]) : t / 2)];
        return window with { Pads = new ValueList<int>([.. before, .. total.Zip(before, (t, b) => t - b)]), AutoPad = AutoPad.Explicit, CeilMode = false };
    }

    private static Kind OfStrides(ValueList<int> strides) =>
        strides.All(s => s == 1) ? Kind.None : strides.Count == 2 && strides.All(s => s == 2) ? Kind.Half : Kind.Other;

    private static Kind OfSteps(Model model, Node node)
    {
        if (node.Input(4).Length == 0) return SameSize(model, node) ? Kind.None : Kind.Other;
        if (!model.Constants.TryGetValue(node.Inputs[4], out Tensor? given)) return Kind.Other;
        long[] steps = given.ToInt64s();
        if (steps.All(s => s == 1)) return SameSize(model, node) ? Kind.None : Kind.Other;
        long[]? axes = node.Input(3).Length == 0 ? [.. Enumerable.Range(0, steps.Length).Select(a => (long)a)] : model.Constants.GetValueOrDefault(node.Input(3))?.ToInt64s();
        if (axes is null) return Kind.Other;
        // Exporters write x[:, :, ::2, ::2] as a slice for each axis, one behind the other.
        return axes.Where((_, i) => steps[i] != 1).All(a => a is 2 or 3 or -1 or -2) && steps.All(s => s is 1 or 2) ? Kind.Half : Kind.Other;
    }

    // What has no rows and columns, or one of each, follows whatever the resolution is: a squeeze within a block.
    private static bool SameSize(Model model, Node node)
    {
        if (Size(model, node.Outputs[0]) is not { } made || made == (1, 1)) return true;
        (int, int)[] read = [.. node.Inputs.Where(i => i.Length > 0 && !model.Weights.ContainsKey(i)).Select(i => Size(model, i)).OfType<(int, int)>()];
        return read.Contains(made) && read.All(r => r == made || r == (1, 1));
    }
}
