namespace Pare.Compression;

/// <summary>A method that encodes the leaves of each chosen weight anew; the form around them stays, so methods compose.</summary>
/// <typeparam name="TSettings">A record of settings; <see cref="Encode"/> sees those of the layer.</typeparam>
public abstract class WeightMethod<TSettings> : CompressionMethod<TSettings> where TSettings : MethodSettings, new()
{
    /// <summary>Which leaves of a tree are encoded anew: those that hold the weights one by one, unless said otherwise.</summary>
    protected virtual bool Rewrites(LeafScope where) => where.Role == LeafRole.Weight;

    /// <summary>Encodes a leaf anew.</summary>
    /// <param name="leaf">Finite numbers.</param>
    /// <param name="where">What the numbers mean and where they stand.</param>
    /// <param name="settings">The layer's settings.</param>
    /// <param name="context">Seed, threads, progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>An encoding of the leaf's shape.</returns>
    protected abstract WeightEncoding Encode(Dense leaf, LeafScope where, TSettings settings, CompressionContext context, CancellationToken cancel);

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, TSettings settings, CompressionContext context, CancellationToken cancel)
    {
        var encoded = new List<KeyValuePair<string, WeightEncoding>>(where.Count);
        for (int i = 0; i < where.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Layer layer = where[i];
            context.Report(Name, layer.Name, (double)i / where.Count);
            TSettings own = where.SettingsOf<TSettings>(layer);
            encoded.Add(new(layer.Weight, Map(layer, model, (leaf, scope) => Encode(leaf, scope, own, context, cancel))));
        }
        return model.WithWeights(encoded);
    }

    /// <summary>Lets <paramref name="map"/> rewrite the leaves of a weight that <see cref="Rewrites"/> chooses.</summary>
    /// <exception cref="RecipeException">The weight has no such leaf any more.</exception>
    /// <exception cref="ModelException">A leaf holds a number that is not finite.</exception>
    protected WeightEncoding Map(Layer layer, Model model, LeafMap map)
    {
        WeightEncoding weight = model.Weights[layer.Weight];
        int rewritten = 0;
        WeightEncoding result = weight.MapLeaves((leaf, scope) =>
        {
            if (!Rewrites(scope)) return leaf;
            rewritten++;
            Finite.Check(leaf, scope.Path);
            return map(leaf, scope);
        }, model.ScopeOf(layer.Weight));
        return rewritten > 0 ? result : throw new RecipeException(
            $"{Name} cannot change '{layer.Weight}': it is stored as {weight}, and what the method rewrites is no longer there one by one. "
            + $"Put {Name} before the step that packed it, or leave the layer out.");
    }
}
