using Pare.Operators;

namespace Pare.Passes;

/// <summary>Turns a Softmax over several axes, as before opset 13, into one over the last axis, between two reshapes where they are needed.</summary>
public static class CanonicalSoftmax
{
    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model)
    {
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node node in model.Nodes)
        {
            if (node.Operator is not Softmax { Flattened: true } softmax || !model.IsTyped(node)) continue;
            Shape shape = model.Types[node.Inputs[0]].Shape;
            int axis = softmax.Axis < 0 ? softmax.Axis + shape.Rank : softmax.Axis;
            Softmax last = softmax with { Axis = -1, Flattened = false };
            if (axis == shape.Rank - 1) editor.Replace(node, node with { Operator = last });
            else if (shape.Count(d => !d.IsKnown) > 1) continue;
            else
            {
                string flat = editor.Add(new Flatten { Axis = axis }, $"{node.Name}_flat", node.Inputs[0]);
                string result = editor.Add(last, $"{node.Name}_last", flat);
                string back = editor.SetConstant(editor.FreshValue($"{node.Name}_shape"), Tensor.Vector<long>([.. shape.Select(d => d.IsKnown ? d.Constant : -1)]));
                editor.Replace(node, node with { Operator = new Reshape(), Inputs = [result, back] });
            }
            changed = true;
        }
        return changed ? editor.Build() : model;
    }
}
