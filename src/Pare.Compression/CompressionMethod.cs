namespace Pare.Compression;

/// <summary>A way to make a model smaller or faster: Model -> Model. Derive from <see cref="WeightMethod{TSettings}"/> where weights are encoded anew.</summary>
public abstract class CompressionMethod : INamed
{
    /// <summary>The dotted id in recipes: "prune.magnitude".</summary>
    public abstract string Name { get; }

    /// <summary>One line of help.</summary>
    public abstract string Summary { get; }

    /// <summary>The settings of a step that says nothing.</summary>
    public abstract MethodSettings Defaults { get; }

    /// <summary>True where the nodes of the model may change, not its weights alone.</summary>
    public virtual bool ChangesGraph => false;

    /// <summary>True where the method is about the model as a whole and a step may not choose layers.</summary>
    public virtual bool WholeModel => false;

    /// <summary>What must be given beside the model.</summary>
    /// <param name="settings">The step's settings.</param>
    public virtual MethodNeeds Needs(MethodSettings settings) => MethodNeeds.None;

    /// <summary>Compresses. Layers that are not in <paramref name="where"/> stay as they are.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="where">The layers chosen, each with its settings.</param>
    /// <param name="settings">The settings of the step as a whole.</param>
    /// <param name="context">Data, seed, threads, progress, retraining.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="RecipeException">The settings do not fit the model.</exception>
    /// <exception cref="ModelException">The model cannot be compressed so.</exception>
    public abstract Model Apply(Model model, Layers where, MethodSettings settings, CompressionContext context, CancellationToken cancel);
}

/// <summary>A method with settings of its own type.</summary>
/// <typeparam name="TSettings">A record of settings.</typeparam>
public abstract class CompressionMethod<TSettings> : CompressionMethod where TSettings : MethodSettings, new()
{
    /// <inheritdoc/>
    public sealed override MethodSettings Defaults { get; } = new TSettings();

    /// <inheritdoc/>
    public sealed override MethodNeeds Needs(MethodSettings settings) => Needs((TSettings)settings);

    /// <inheritdoc cref="CompressionMethod.Needs"/>
    protected virtual MethodNeeds Needs(TSettings settings) => MethodNeeds.None;

    /// <inheritdoc/>
    public sealed override Model Apply(Model model, Layers where, MethodSettings settings, CompressionContext context, CancellationToken cancel) =>
        Apply(model, where, (TSettings)settings, context, cancel);

    /// <inheritdoc cref="CompressionMethod.Apply"/>
    protected abstract Model Apply(Model model, Layers where, TSettings settings, CompressionContext context, CancellationToken cancel);
}
