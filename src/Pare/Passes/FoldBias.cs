using Pare.Operators;

namespace Pare.Passes;

/// <summary>Turns a number for each channel that is added to the output of a convolution without bias into that bias.</summary>
public static class FoldBias
{
    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model)
    {
        var readers = new Readers(model);
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node conv in model.Nodes)
        {
            if (conv.Operator is not Conv || conv.Input(2).Length > 0 || !model.IsTyped(conv)) continue;
            string output = conv.Outputs[0];
            if (readers.Only(output) is not { Operator: Binary { Function: var f } } add || f != BinaryFunctions.Add) continue;
            string name = add.Inputs[0] == output ? add.Inputs[1] : add.Inputs[0];
            if (!model.Weights.TryGetValue(name, out WeightEncoding? bias) || bias is not Dense dense || readers.Only(name) is null) continue;
            if (!IsPerChannel(bias.Shape, model.Types[output].Shape)) continue;
            editor.SetWeight(name, new Dense(Shape.Of(bias.Length), dense.ToArray()));
            editor.Remove(add);
            editor.Replace(conv, conv with { Inputs = conv.WithInput(2, name), Outputs = add.Outputs });
            changed = true;
        }
        return changed ? editor.Build() : model;
    }

    // Aligned at the end, axis 1 of the output has as many numbers, all other axes have length 1.
    private static bool IsPerChannel(Shape bias, Shape output)
    {
        int channel = bias.Rank - output.Rank + 1;
        return channel is 0 or 1 && bias.Rank <= output.Rank && bias[channel] == output[1] && bias.Elements == bias.Fixed[channel];
    }
}
