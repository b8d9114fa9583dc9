namespace Pare.Compression;

/// <summary>Looks for NaN and infinity before a method would spread them.</summary>
internal static class Finite
{
    /// <exception cref="ModelException">A leaf of a weight holds a number that is not finite.</exception>
    public static void Check(Model model)
    {
        foreach (string name in model.WeightsInOrder())
            model.Weights[name].MapLeaves((leaf, scope) =>
            {
                Check(leaf, scope.Path);
                return leaf;
            }, model.ScopeOf(name));
    }

    /// <exception cref="ModelException">A number is not finite.</exception>
    public static void Check(Dense leaf, string path)
    {
        Span<float> values = leaf.Values;
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]))
                throw new ModelException(
                    $"The weight '{path}' has {values[i]} at position {i} of {values.Length}; every weight must be finite. Train or export the model again.");
    }
}
