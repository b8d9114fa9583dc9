using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>A network that can be made anew, with weights that start from a seed.</summary>
public abstract class Architecture : INamed
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>One line: what it is, and its source.</summary>
    public abstract string Description { get; }

    /// <summary>Its options with their default values; the type says which there are.</summary>
    public virtual ArchitectureSettings Defaults => new();

    /// <summary>Makes the network.</summary>
    /// <param name="settings">Options of the type of <see cref="Defaults"/>; null: those.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="RecipeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">The options are of another architecture.</exception>
    public Model Build(ArchitectureSettings? settings = null, ulong seed = 0)
    {
        settings ??= Defaults;
        if (!Defaults.GetType().IsInstanceOfType(settings))
            throw new ArgumentException($"{Name} takes {Defaults.GetType().Name}, not {settings.GetType().Name}.", nameof(settings));
        List<string> faults = SettingRanges.Faults(settings);
        if (faults.Count > 0) throw new RecipeException($"Options of {Name}: {string.Join(" ", faults)}");
        return Make(settings, seed);
    }

    /// <summary>Makes the network; the settings are of the right type and in range.</summary>
    protected abstract Model Make(ArchitectureSettings settings, ulong seed);
}
