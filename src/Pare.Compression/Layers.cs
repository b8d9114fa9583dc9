using System.Collections;
using System.Collections.Immutable;
using Pare.Compression.Settings;

namespace Pare.Compression;

/// <summary>The layers that a step chose, each with its settings.</summary>
public sealed class Layers : IReadOnlyList<Layer>
{
    private readonly ImmutableArray<Layer> _layers;
    private readonly Dictionary<string, MethodSettings> _settings = new(StringComparer.Ordinal);

    /// <summary>All layers with the same settings.</summary>
    public Layers(IEnumerable<Layer> layers, MethodSettings settings) : this(layers, settings, []) { }

    /// <summary>Layers with settings, and values that some of them have of their own.</summary>
    /// <exception cref="RecipeException">A pattern of <paramref name="overrides"/> matches none of the layers, or the settings of a layer contradict each other.</exception>
    public Layers(IEnumerable<Layer> layers, MethodSettings settings, IReadOnlyList<LayerOverride> overrides)
    {
        _layers = [.. layers];
        List<SettingFault> faults = [];
        foreach (LayerOverride own in overrides.Where(o => !LayerSelector.IsKnownType(o.Pattern) && !_layers.Any(l => LayerSelector.Matches(o.Pattern, l))))
            faults.Add(new(own.At, $"The pattern '{own.Pattern}' of '{own.Setting.Name}' matches none of the step's layers: {LayerSelector.List(_layers)}."));
        foreach (Layer layer in _layers)
        {
            MethodSettings bound = Settle(layer, settings, overrides);
            _settings[layer.Weight] = bound;
            faults.AddRange(bound.Faults().Select(f => new SettingFault(TextLocation.None, $"Layer '{layer.Name}': {f}")));
        }
        if (faults.Count > 0) throw SettingFault.Combine("settings", faults);
    }

    /// <inheritdoc/>
    public int Count => _layers.Length;

    /// <inheritdoc/>
    public Layer this[int index] => _layers[index];

    /// <summary>The settings of a layer.</summary>
    /// <exception cref="ArgumentException">The layer is not one of these.</exception>
    public T SettingsOf<T>(Layer layer) where T : MethodSettings => _settings.TryGetValue(layer.Weight, out MethodSettings? own)
        ? (T)own
        : throw new ArgumentException($"The layer {layer} was not chosen.", nameof(layer));

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => _layers.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static MethodSettings Settle(Layer layer, MethodSettings settings, IReadOnlyList<LayerOverride> overrides)
    {
        object own = settings;
        var set = new HashSet<string>(StringComparer.Ordinal);
        foreach (LayerOverride o in overrides)
        {
            if (!LayerSelector.Matches(o.Pattern, layer) || !set.Add(o.Setting.Name)) continue;
            if (ReferenceEquals(own, settings)) own = SettingsBinder.Copy(settings);
            o.Setting.Property.SetValue(own, o.Value);
        }
        return (MethodSettings)own;
    }
}
