using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Passes;

/// <summary>
/// Gives each Reshape a constant shape where inference knows enough, with names open too: a length that the input has at the same place
/// becomes 0, one that remains becomes -1. The arithmetic that computed the shape is then unused.
/// </summary>
public static class SimplifyShapes
{
    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model)
    {
        var inference = TypeInference.Of(model);
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node node in model.Nodes)
        {
            if (node.Operator is not Reshape { AllowZero: false } || model.Constants.ContainsKey(node.Input(1)) || !model.IsTyped(node)) continue;
            if (!inference.Integers.TryGetValue(node.Input(1), out ImmutableArray<Dim> wish)) continue;
            if (Wish(wish, model.Types[node.Inputs[0]].Shape) is not { } shape) continue;
            string name = editor.SetConstant(editor.FreshValue($"{node.Outputs[0]}_shape"), Tensor.Vector<long>(shape));
            editor.Replace(node, node with { Inputs = node.WithInput(1, name) });
            changed = true;
        }
        return changed ? editor.Build() : model;
    }

    private static long[]? Wish(ImmutableArray<Dim> wish, Shape from)
    {
        var shape = new long[wish.Length];
        for (int axis = 0; axis < shape.Length; axis++)
            shape[axis] = wish[axis].IsKnown ? wish[axis].Constant : axis < from.Rank && wish[axis] == from[axis] ? 0 : -1;
        return shape.Count(d => d == -1) <= 1 ? shape : null;
    }
}
