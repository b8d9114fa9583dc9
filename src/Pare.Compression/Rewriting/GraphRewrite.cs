using System.Collections.Immutable;
using Pare.Passes;

namespace Pare.Compression.Rewriting;

/// <summary>
/// A method that replaces layers by others that need less: it finds the places it fits, and says exactly what they would become
/// before any weight is computed. Derive from <see cref="GraphRewrite{TSettings}"/>.
/// </summary>
/// <remarks>Of the layers of a step those are rewritten that belong to a site; a step none of whose layers does is an error.</remarks>
public abstract class GraphRewrite : CompressionMethod
{
    /// <inheritdoc/>
    public sealed override bool ChangesGraph => true;

    /// <summary>The places that the rewrite fits, in the model's order; none where it fits nowhere. Sites do not overlap.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">The step's settings: a kernel that is to become 3 x 3 fits only where it is larger.</param>
    public abstract ImmutableArray<RewriteSite> Sites(Model model, MethodSettings settings);

    /// <summary>The model as <see cref="CompressionMethod.Apply"/> would return it, but with zeros for the new weights: for exact costs at no cost.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="where">The layers chosen.</param>
    /// <param name="settings">The step's settings.</param>
    /// <exception cref="RecipeException">None of the layers belongs to a site.</exception>
    public abstract Model Outline(Model model, Layers where, MethodSettings settings);
}

/// <summary>A rewrite with settings of its own type.</summary>
/// <typeparam name="TSettings">A record of settings.</typeparam>
public abstract class GraphRewrite<TSettings> : GraphRewrite where TSettings : MethodSettings, new()
{
    /// <inheritdoc/>
    public sealed override MethodSettings Defaults { get; } = new TSettings();

    /// <inheritdoc/>
    public sealed override ImmutableArray<RewriteSite> Sites(Model model, MethodSettings settings) => Sites(Simplify.Shapes(model), (TSettings)settings);

    /// <inheritdoc/>
    public sealed override Model Outline(Model model, Layers where, MethodSettings settings) =>
        Rewrite(model, where, (TSettings)settings, (shape, _) => Zeros(shape), new CompressionContext(), CancellationToken.None);

    /// <inheritdoc/>
    public sealed override Model Apply(Model model, Layers where, MethodSettings settings, CompressionContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Rewrite(
            model, where, (TSettings)settings,
            (shape, values) =>
            {
                cancel.ThrowIfCancellationRequested();
                return new Dense(shape, values());
            },
            context, cancel);
    }

    /// <inheritdoc cref="GraphRewrite.Sites"/>
    protected abstract ImmutableArray<RewriteSite> Sites(Model model, TSettings settings);

    /// <summary>Rewrites some sites.</summary>
    /// <param name="model">The model, its shape arithmetic constant; it is not changed.</param>
    /// <param name="sites">The sites to rewrite, at least one.</param>
    /// <param name="where">The layers chosen, which know the settings of each.</param>
    /// <param name="settings">The settings of the step as a whole.</param>
    /// <param name="weight">Makes each new weight.</param>
    /// <param name="context">Seed, threads, progress.</param>
    /// <param name="cancel">Stops the work.</param>
    protected abstract Model Rewrite(
        Model model, ImmutableArray<RewriteSite> sites, Layers where, TSettings settings, NewWeight weight, CompressionContext context, CancellationToken cancel);

    // Exporters leave arithmetic on lengths in; it has to be numbers before a rewrite can change them.
    private Model Rewrite(Model model, Layers where, TSettings settings, NewWeight weight, CompressionContext context, CancellationToken cancel)
    {
        Model simple = Simplify.Shapes(model);
        return Rewrite(simple, Chosen(simple, where, settings), where, settings, weight, context, cancel);
    }

    /// <summary>The settings of a site: those of the first of its layers that was chosen.</summary>
    /// <param name="site">A site that was handed to Rewrite.</param>
    /// <param name="where">The layers chosen.</param>
    protected static TSettings SettingsOf(RewriteSite site, Layers where) =>
        where.SettingsOf<TSettings>(where.First(l => l.Weight == site.Layers.First(name => where.Any(chosen => chosen.Weight == name))));

    // A layer may have settings of its own, and whether a site fits depends on them.
    private ImmutableArray<RewriteSite> Chosen(Model model, Layers where, TSettings settings)
    {
        Dictionary<string, TSettings> chosen = where.ToDictionary(l => l.Weight, where.SettingsOf<TSettings>, StringComparer.Ordinal);
        var sites = new List<RewriteSite>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (TSettings own in chosen.Values.Distinct())
            foreach (RewriteSite site in Sites(model, own))
                if (site.Layers.FirstOrDefault(chosen.ContainsKey) is { } first && chosen[first].Equals(own) && !site.Layers.Any(taken.Contains))
                {
                    sites.Add(site);
                    taken.UnionWith(site.Layers);
                }
        if (sites.Count == 0)
        {
            ImmutableArray<RewriteSite> all = Sites(model, settings);
            throw new RecipeException(all.IsEmpty
                ? $"{Name} fits nowhere in this model{Why(settings)}."
                : $"{Name} fits none of the layers chosen; it fits {string.Join(", ", all.SelectMany(s => s.Layers))}.");
        }
        List<string> order = [.. model.WeightsInOrder()];
        return [.. sites.OrderBy(s => order.IndexOf(s.Layers[0]))];
    }

    /// <summary>What a place must be to fit, for the message where none does: " (it takes kernels larger than 3 x 3)"; "" for nothing.</summary>
    /// <param name="settings">The step's settings.</param>
    protected virtual string Why(TSettings settings) => "";

    // Pages of zeros that nobody writes cost no memory.
    private static Dense Zeros(Shape shape) => new(shape, new float[shape.Elements]);
}
