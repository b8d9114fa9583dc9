using System.Collections.Immutable;
using System.IO.Enumeration;
using Pare.Compression.Settings;
using Pare.Operators;

namespace Pare.Compression;

/// <summary>
/// Chooses layers by patterns: globs over weight and node names ("conv*"), operator types ("@Conv"), "@kernels", "@vectors", "@all",
/// and exclusions ("!fc3"). A glob means kernels (weights of convolutions and products) where it matches any; only a pattern that
/// matches no kernel reaches biases and normalization, so "conv*" leaves "conv1.bias" alone and "*.bias" takes it.
/// </summary>
public static class LayerSelector
{
    /// <summary>Every weight of the model as a layer, in the order in which nodes read them.</summary>
    public static ImmutableArray<Layer> All(Model model)
    {
        ILookup<string, Node> readers = model.Nodes
            .SelectMany(n => n.Inputs.Where(model.Weights.ContainsKey).Distinct(StringComparer.Ordinal).Select(w => (w, n)))
            .ToLookup(p => p.w, p => p.n, StringComparer.Ordinal);
        return [.. model.WeightsInOrder().Select(w => new Layer(w, [.. readers[w]], model.Reader(w).ChannelAxis, model.Weights[w].Shape))];
    }

    /// <summary>The layers of the patterns, in the model's order; without any pattern, all kernels.</summary>
    /// <param name="model">The model.</param>
    /// <param name="patterns">Patterns; those that start with "!" take layers out.</param>
    /// <exception cref="RecipeException">A pattern matches nothing, or nothing is left; the message lists the layers there are.</exception>
    public static ImmutableArray<Layer> Select(Model model, IReadOnlyCollection<string> patterns)
    {
        ImmutableArray<Layer> all = All(model);
        List<string> faults = [];
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        if (patterns.All(IsExclusion)) chosen.UnionWith(all.Where(l => l.IsKernel).Select(l => l.Weight));
        foreach (string pattern in patterns.OrderBy(IsExclusion))
        {
            string glob = IsExclusion(pattern) ? pattern[1..] : pattern;
            ImmutableArray<Layer> matched = [.. all.Where(l => Matches(glob, l))];
            if (matched.IsEmpty) faults.Add($"The layer pattern '{pattern}' matches nothing.{ClosestName.Hint(glob, all.Select(l => l.Name))}");
            else if (IsExclusion(pattern)) chosen.ExceptWith(matched.Select(l => l.Weight));
            else chosen.UnionWith((!IsType(glob) && matched.Any(l => l.IsKernel) ? matched.Where(l => l.IsKernel) : matched).Select(l => l.Weight));
        }
        if (faults.Count == 0 && chosen.Count == 0)
            faults.Add(patterns.Count == 0 ? $"The model has no convolution or product to compress{(HoldsDoubles(model) ? ": its weights are F64, and Pare compresses F32. Export it in single precision (PyTorch: model.float())" : "")}." : "The layer patterns leave no layer.");
        if (faults.Count > 0) throw new RecipeException($"{string.Join('\n', faults)}\nLayers: {List(all)}.");
        return [.. all.Where(l => chosen.Contains(l.Weight))];
    }

    /// <summary>True where a pattern without "!" means the layer, by its weight's name, its short name or a node that reads it.</summary>
    public static bool Matches(string pattern, Layer layer) => pattern switch
    {
        "@all" => true,
        "@kernels" => layer.IsKernel,
        "@vectors" => !layer.IsKernel,
        ['@', .. string type] => layer.Readers.Any(n => n.Operator.Name == type) && (layer.IsKernel || !Kernel(type)),
        _ => Glob(pattern, layer.Weight) || Glob(pattern, layer.Name) || layer.Readers.Any(n => Glob(pattern, n.Name)),
    };

    private static bool HoldsDoubles(Model model) => model.Constants.Values.Any(c => c.DType == DType.F64 && c.Shape.Rank > 1);

    internal static string List(IEnumerable<Layer> layers) => string.Join(", ", layers.OrderBy(l => !l.IsKernel).Select(l => l.Weight));

    // A rule for a kind of layer ("@Conv": 8) holds in networks that have none of the kind.
    internal static bool IsKnownType(string pattern) => pattern is ['@', .. string type] && OperatorCatalog.Default.Find(type) is not null;

    private static bool Kernel(string type) => type is "Conv" or "ConvTranspose" or "Gemm" or "MatMul";

    private static bool IsExclusion(string pattern) => pattern.StartsWith('!');

    private static bool IsType(string pattern) => pattern.StartsWith('@');

    private static bool Glob(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
