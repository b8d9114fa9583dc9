namespace Pare.Passes;

/// <summary>Which node makes each value of a model.</summary>
internal static class Makers
{
    /// <summary>By the value's name.</summary>
    public static Dictionary<string, Node> Of(Model model) =>
        model.Nodes.SelectMany(n => n.Outputs.Where(o => o.Length > 0).Select(o => (o, n))).ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
}
