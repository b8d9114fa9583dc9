using System.IO.Enumeration;

namespace Pare.Compression.Quantization;

/// <summary>Layers and nodes that stay in floats, by patterns.</summary>
internal sealed class Exclusion
{
    private readonly IReadOnlyList<string> _patterns;
    private readonly HashSet<string> _nodes;

    /// <exception cref="RecipeException">A pattern matches nothing.</exception>
    public Exclusion(Model model, IReadOnlyList<string> patterns)
    {
        _patterns = patterns;
        Layer[] layers = [.. LayerSelector.All(model)];
        foreach (string pattern in patterns)
            if (!layers.Any(l => LayerSelector.Matches(pattern, l)) && !model.Nodes.Any(n => Matches(pattern, n)))
                throw new RecipeException($"exclude: the pattern '{pattern}' matches no layer and no node.{Settings.ClosestName.Hint(pattern, model.Nodes.Select(n => n.Name))} Layers: {LayerSelector.List(layers)}.");
        _nodes = [.. layers.Where(l => l.IsKernel && Leaves(l)).SelectMany(l => l.Readers).Select(n => n.Name), .. model.Nodes.Where(n => patterns.Any(p => Matches(p, n))).Select(n => n.Name)];
    }

    public bool Leaves(Layer layer) => _patterns.Any(p => LayerSelector.Matches(p, layer));

    public bool Leaves(Node node) => _nodes.Contains(node.Name);

    private static bool Matches(string pattern, Node node) =>
        pattern is ['@', .. string type] ? node.Operator.Name == type : FileSystemName.MatchesSimpleExpression(pattern, node.Name, ignoreCase: false);
}
