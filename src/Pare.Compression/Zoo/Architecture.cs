using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>A network that can be made anew, with weights that start from a seed.</summary>
public abstract class Architecture : INamed
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>One line: what it is, and its source.</summary>
    public abstract string Description { get; }

    /// <summary>Its options with their default values; the type says which there are. Change them by <c>with</c>.</summary>
    public abstract ArchitectureSettings Defaults { get; }

    /// <summary>Makes the network.</summary>
    /// <param name="settings">Options of the type of <see cref="Defaults"/>; null: those.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="RecipeException">An option is out of its range, or the picture is too small for the network.</exception>
    /// <exception cref="ArgumentException">The options are of another architecture.</exception>
    public Model Build(ArchitectureSettings? settings = null, ulong seed = 0) => Build(settings, new WeightStart(seed));

    /// <summary>The network with zeros for its random weights: for counting, at no cost.</summary>
    internal Model Outline(ArchitectureSettings? settings = null) => Build(settings, WeightStart.Zeros);

    /// <summary>Makes the network; the settings are of the right type and in range.</summary>
    /// <param name="settings">The options.</param>
    /// <param name="start">What weights start from; hand it to <see cref="NetworkBuilder"/>.</param>
    protected abstract Model Make(ArchitectureSettings settings, WeightStart start);

    private Model Build(ArchitectureSettings? settings, WeightStart start)
    {
        settings ??= Defaults;
        if (!Defaults.GetType().IsInstanceOfType(settings))
            throw new ArgumentException($"{Name} takes {Defaults.GetType().Name}, not {settings.GetType().Name}.", nameof(settings));
        List<string> faults = SettingRanges.Faults(settings);
        if (faults.Count > 0) throw new RecipeException($"Options of {Name}: {string.Join(" ", faults)}");
        return Make(settings, start);
    }
}

/// <summary>An architecture with options of its own type.</summary>
/// <typeparam name="TSettings">A record of settings.</typeparam>
/// <param name="name">What users type.</param>
/// <param name="description">One line: what it is, and its source.</param>
/// <param name="defaults">The options where nothing is said.</param>
internal abstract class Architecture<TSettings>(string name, string description, TSettings defaults) : Architecture where TSettings : ArchitectureSettings
{
    /// <inheritdoc/>
    public sealed override string Name => name;

    /// <inheritdoc/>
    public sealed override string Description => description;

    /// <inheritdoc/>
    public sealed override ArchitectureSettings Defaults => defaults;

    /// <inheritdoc/>
    protected sealed override Model Make(ArchitectureSettings settings, WeightStart start) => Make((TSettings)settings, start);

    /// <inheritdoc cref="Architecture.Make"/>
    protected abstract Model Make(TSettings settings, WeightStart start);
}
