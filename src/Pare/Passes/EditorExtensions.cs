using System.Collections.Immutable;

namespace Pare.Passes;

/// <summary>Steps that several passes share.</summary>
internal static class EditorExtensions
{
    /// <summary>
    /// Takes a node out whose output 0 equals its input 0. An output of the model keeps its name: then the maker of the input takes that
    /// name over.
    /// </summary>
    /// <returns>False where that cannot be: an input of the model, or another output of it, would be renamed.</returns>
    public static bool Bypass(this ModelEditor editor, Node node)
    {
        string from = node.Inputs[0], to = node.Outputs[0];
        if (!editor.Outputs.Contains(to))
        {
            editor.Remove(node);
            editor.ReplaceUses(to, from);
            return true;
        }
        Node? maker = editor.Nodes.FirstOrDefault(n => n.Outputs.Contains(from));
        if (maker is null || editor.Outputs.Contains(from)) return false;
        editor.Remove(node);
        editor.Replace(maker, maker with { Outputs = maker.Outputs.Replace(from, to) });
        editor.ReplaceUses(from, to);
        return true;
    }

    /// <summary>Puts a folded value in: floats of one axis or more are weights, the rest are constants.</summary>
    public static void SetFolded(this ModelEditor editor, string name, Tensor value)
    {
        if (value.DType == DType.F32 && value.Shape.Rank > 0) editor.SetWeight(name, new Dense(value.Shape, value.Floats.ToArray()));
        else editor.SetConstant(name, value);
    }

    /// <summary>The floats of a weight or constant, or null for a value that is computed.</summary>
    public static (Shape Shape, float[] Values)? Floats(this Model model, string name)
    {
        if (model.Weights.TryGetValue(name, out WeightEncoding? weight)) return (weight.Shape, weight.ToArray());
        return model.Constants.TryGetValue(name, out Tensor? constant) && constant.DType == DType.F32 ? (constant.Shape, constant.Floats.ToArray()) : null;
    }

    /// <summary>The inputs with one replaced; absent ones before it are "".</summary>
    public static ImmutableArray<string> WithInput(this Node node, int input, string name)
    {
        ImmutableArray<string> inputs = node.Inputs;
        while (inputs.Length <= input) inputs = inputs.Add("");
        return inputs.SetItem(input, name);
    }
}
