using System.Collections.Immutable;

namespace Pare.Inspection;

/// <summary>Layers grouped by the beginnings of their names: layer1, in it layer1.0, in it layer1.0.conv1.</summary>
/// <param name="Name">The whole name up to here.</param>
/// <param name="Layers">All layers here and below, in the model's order.</param>
/// <param name="Children">Groups and layers below; none where this is a layer.</param>
public sealed record ProfileGroup(string Name, ImmutableArray<LayerProfile> Layers, ImmutableArray<ProfileGroup> Children)
{
    private static readonly char[] Separators = ['.', '/'];

    /// <summary>Groups layers; a group of one is shown as what is in it.</summary>
    /// <param name="layers">The layers.</param>
    /// <returns>The top of the tree, without a name.</returns>
    public static ProfileGroup Of(IReadOnlyCollection<LayerProfile> layers) => new("", [.. layers], Split(layers, 0));

    // Below a prefix of that length each layer belongs to the group of its next word.
    private static ImmutableArray<ProfileGroup> Split(IReadOnlyCollection<LayerProfile> layers, int prefix)
    {
        var order = new List<string>();
        var groups = new Dictionary<string, List<LayerProfile>>(StringComparer.Ordinal);
        foreach (LayerProfile layer in layers)
        {
            string key = KeyOf(layer.Node.Name, prefix);
            if (!groups.TryGetValue(key, out List<LayerProfile>? group))
            {
                groups[key] = group = [];
                order.Add(key);
            }
            group.Add(layer);
        }
        return [.. order.Select(key => Group(key, groups[key]))];
    }

    private static ProfileGroup Group(string key, List<LayerProfile> layers)
    {
        if (layers.Count == 1) return new ProfileGroup(layers[0].Node.Name, [.. layers], []);
        ImmutableArray<ProfileGroup> children = Split(layers, key.Length);
        return children.Length == 1 ? children[0] : new ProfileGroup(key, [.. layers], children);
    }

    // "/layer1/layer1.0/conv1/Conv" at 0 -> "/layer1", at 7 -> "/layer1/layer1.0"; a name that ends at the prefix is its own key.
    private static string KeyOf(string name, int prefix)
    {
        int from = prefix;
        while (from < name.Length && Separators.Contains(name[from])) from++;
        int to = from < name.Length ? name.IndexOfAny(Separators, from) : -1;
        return to < 0 ? name : name[..to];
    }
}
