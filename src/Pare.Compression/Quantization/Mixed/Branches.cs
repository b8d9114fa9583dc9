namespace Pare.Compression.Quantization.Mixed;

/// <summary>Other forms of a weight beside it in one network: what comes before the weight is computed once for all.</summary>
internal static class Branches
{
    /// <summary>Computes everything that depends on a weight with another form of it too.</summary>
    /// <param name="editor">Holds the model, and takes the new nodes.</param>
    /// <param name="model">The model.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="form">The other form.</param>
    /// <param name="readersOnly">True to stop behind the nodes that read the weight.</param>
    /// <returns>The new names of the values that there are twice now.</returns>
    public static Dictionary<string, string> Add(ModelEditor editor, Model model, string weight, WeightEncoding form, bool readersOnly)
    {
        // Plain floats run on the fastest kernels and say the same numbers.
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [weight] = editor.SetWeight(editor.FreshValue($"{weight}_form"), new Dense(form.Shape, form.ToArray())) };
        foreach (Node node in model.Nodes)
        {
            if (!(readersOnly ? node.Inputs.Contains(weight) : node.Inputs.Any(names.ContainsKey))) continue;
            Node twin = node with { Name = editor.FreshNode($"{node.Name}_form"), Inputs = [.. node.Inputs.Select(i => names.GetValueOrDefault(i, i))] };
            foreach (string output in node.Outputs.Where(o => o.Length > 0)) names[output] = editor.FreshValue($"{output}_form");
            editor.Add(twin with { Outputs = [.. node.Outputs.Select(o => o.Length > 0 ? names[o] : o)] });
        }
        names.Remove(weight);
        return names;
    }
}
