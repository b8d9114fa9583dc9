namespace Pare.Compression.Quantization;

/// <summary>Quantizes the weights of layers.</summary>
internal static class LayerWeights
{
    /// <summary>Rounds the weights of layers to nearest.</summary>
    /// <exception cref="RecipeException">A layer is no convolution or product, or its weight is not floats any more.</exception>
    public static Model Round(Model model, IReadOnlyList<Layer> where, Func<Layer, WeightFormat> format, string method, CompressionContext context, CancellationToken cancel)
    {
        var rounded = new KeyValuePair<string, WeightEncoding>[where.Count];
        Require(where, method);
        int done = 0;
        Concurrently.For(where.Count, context.Threads, cancel, i =>
        {
            Layer layer = where[i];
            rounded[i] = new(layer.Weight, WeightQuantizer.Round(model.Weights[layer.Weight], model.ScopeOf(layer.Weight), format(layer)));
            context.Report(method, layer.Name, (double)Interlocked.Increment(ref done) / where.Count);
        });
        string[] whole = [.. where.Where(l => format(l).Granularity == WeightGranularity.Group && !WeightQuantizer.TakesBlocks(model.Weights[l.Weight].Shape, model.ScopeOf(l.Weight))).Select(l => $"'{l.Name}'")];
        if (whole.Length > 0)
            context.Warn($"per=group: {string.Join(", ", whole.Take(3))}{(whole.Length > 3 ? $" and {whole.Length - 3} more" : "")} cannot be cut into blocks of input channels and have a scale for each output channel");
        return model.WithWeights(rounded);
    }

    /// <summary>The weight of a convolution or product, or null.</summary>
    public static string? WeightOf(Model model, Node node) =>
        node.Operator is Operators.Conv or Operators.ConvTranspose or Operators.Gemm or Operators.MatMul ? node.Inputs.Take(2).FirstOrDefault(model.Weights.ContainsKey) : null;

    /// <exception cref="RecipeException">A layer is no convolution or product.</exception>
    public static void Require(IEnumerable<Layer> where, string method)
    {
        if (where.FirstOrDefault(l => !l.IsKernel) is { } other)
            throw new RecipeException($"{method} cannot quantize '{other.Weight}' ({other.Readers[0].Operator.Name}): weights of convolutions and products are quantized, biases follow from them. Leave it out.");
    }

    /// <exception cref="RecipeException">The model has quantized activations.</exception>
    public static void RefuseQuantized(Model model, string method)
    {
        if (model.Nodes.FirstOrDefault(n => n.Operator is Operators.QuantizeLinear or Operators.DequantizeLinear or Operators.DynamicQuantizeLinear) is { } node)
            throw new RecipeException($"{method}: the model's activations are quantized already, at node '{node.Name}'. Start from the model in floats.");
    }

    /// <summary>The chosen layers in the simplified model, with their settings: what simplifying has renamed has those of the step.</summary>
    public static Dictionary<string, T> Chosen<T>(Model model, Model simple, Layers where, T settings, Func<Layer, bool> excluded) where T : MethodSettings
    {
        HashSet<string> left = [.. LayerSelector.All(model).Where(l => l.IsKernel).Select(l => l.Weight).Except(where.Select(l => l.Weight))];
        Dictionary<string, Layer> given = where.ToDictionary(l => l.Weight, StringComparer.Ordinal);
        return LayerSelector.All(simple).Where(l => (l.IsKernel || given.ContainsKey(l.Weight)) && !left.Contains(l.Weight) && !excluded(l))
            .ToDictionary(l => l.Weight, l => given.TryGetValue(l.Weight, out Layer? own) ? where.SettingsOf<T>(own) : settings, StringComparer.Ordinal);
    }
}
