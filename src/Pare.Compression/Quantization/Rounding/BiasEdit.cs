using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Rounding;

/// <summary>Adds numbers to the bias of a layer.</summary>
internal static class BiasEdit
{
    /// <summary>The model with a layer's bias changed; a layer without one gets one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="node">A convolution or product.</param>
    /// <param name="change">For each output channel what is added.</param>
    public static Model Add(Model model, Node node, ReadOnlySpan<float> change)
    {
        string name = node.Input(2);
        float[]? old = name.Length == 0 ? null : model.Weights.TryGetValue(name, out WeightEncoding? stored) ? stored.ToArray() : model.Constants[name].Floats.ToArray();
        var values = new float[change.Length];
        for (int c = 0; c < values.Length; c++) values[c] = (old is null ? 0 : old[old.Length == 1 ? 0 : c]) + change[c];
        var bias = new Dense(Shape.Of(values.Length), values);
        bool isOwn = name.Length > 0 && model.Weights.ContainsKey(name) && model.Nodes.Count(n => n.Inputs.Contains(name)) == 1 && old!.Length == values.Length;
        if (isOwn) return model.WithWeights([KeyValuePair.Create(name, (WeightEncoding)bias)]);
        var editor = new ModelEditor(model);
        string fresh = editor.SetWeight(editor.FreshValue($"{node.Name}.bias"), bias);
        ImmutableArray<string> inputs = node.Inputs;
        while (inputs.Length < 3) inputs = inputs.Add("");
        editor.Replace(node, node with { Inputs = inputs.SetItem(2, fresh) });
        editor.RemoveUnused();
        return editor.Build();
    }
}
