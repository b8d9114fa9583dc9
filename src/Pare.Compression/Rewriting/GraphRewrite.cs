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

    private ImmutableArray<RewriteSite> Chosen(Model model, Layers where, TSettings settings)
    {
        ImmutableArray<RewriteSite> all = Sites(model, settings);
        if (all.IsEmpty) throw new RecipeException($"{Name} fits nowhere in this model.");
        HashSet<string> chosen = [.. where.Select(l => l.Weight)];
        ImmutableArray<RewriteSite> sites = [.. all.Where(s => s.Layers.Any(chosen.Contains))];
        return sites.IsEmpty
            ? throw new RecipeException($"{Name} fits none of the layers chosen; it fits {string.Join(", ", all.SelectMany(s => s.Layers))}.")
            : sites;
    }

    // Pages of zeros that nobody writes cost no memory.
    private static Dense Zeros(Shape shape) => new(shape, new float[shape.Elements]);
}
