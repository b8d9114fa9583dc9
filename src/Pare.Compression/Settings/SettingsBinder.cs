using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace Pare.Compression.Settings;

/// <summary>Makes settings records of what users wrote, and collects every fault rather than stopping at the first.</summary>
public sealed class SettingsBinder
{
    internal const string DefaultKey = "default";
    private readonly List<SettingFault> _faults = [];
    private readonly Dictionary<Type, object> _sections = [];

    /// <summary>The faults so far.</summary>
    public IReadOnlyList<SettingFault> Faults => _faults;

    /// <summary>Binds named texts, as a command line gives them, over the defaults of a record.</summary>
    /// <param name="defaults">The record that keeps what is not named.</param>
    /// <param name="values">Names in kebab-case and texts.</param>
    /// <param name="source">What the values were given as, for messages.</param>
    /// <exception cref="RecipeException">Names are unknown or values do not fit; all of them are listed.</exception>
    public static T Bind<T>(T defaults, IEnumerable<KeyValuePair<string, string>> values, string source) where T : class
    {
        var binder = new SettingsBinder();
        ImmutableArray<SettingEntry> entries = [.. values.Select(v =>
            new SettingEntry(v.Key, new SettingText(v.Value, Quoted: false, TextLocation.None), TextLocation.None))];
        object bound = binder.Bind(defaults, new SettingMap(entries, TextLocation.None), overrides: null);
        return binder._faults.Count == 0 ? (T)bound : throw SettingFault.Combine(source, binder._faults);
    }

    /// <summary>What a group of settings of that type starts from where nothing else is said.</summary>
    internal void StartSectionsFrom(object section) => _sections[section.GetType()] = section;

    internal void Fault(TextLocation at, string message) => _faults.Add(new SettingFault(at, message));

    /// <summary>Binds a group over a copy of <paramref name="defaults"/>; where <paramref name="overrides"/> is given, a group in the place of a
    /// value says the values of layers.</summary>
    /// <param name="defaults">What is not named keeps its value from here.</param>
    /// <param name="map">The group.</param>
    /// <param name="overrides">Takes the values of layers.</param>
    /// <param name="alsoKnown">Names that the caller reads itself, for messages.</param>
    internal object Bind(object defaults, SettingMap map, List<LayerOverride>? overrides, params ReadOnlySpan<string> alsoKnown)
    {
        SettingsSchema schema = SettingsSchema.Of(defaults.GetType());
        object bound = Copy(defaults);
        foreach (SettingEntry entry in map.Entries)
        {
            Setting? setting = schema.Find(entry.Key);
            if (setting is null)
            {
                string[] known = [.. schema.Settings.Select(s => s.Name), .. alsoKnown];
                Fault(entry.At, $"There is no setting '{entry.Key}'.{ClosestName.Hint(entry.Key, known)} Known: {string.Join(", ", known)}.");
            }
            else if (overrides is not null && setting.PerLayer && entry.Value is SettingMap layers)
                BindLayers(setting, layers, bound, overrides);
            else if (TryValue(setting, entry.Value, setting.Property.GetValue(bound), out object? value))
                setting.Property.SetValue(bound, value);
        }
        return bound;
    }

    /// <summary>A copy of a record, with one property changed after another by its caller.</summary>
    internal static object Copy(object record) =>
        typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(record, null)!;

    private void BindLayers(Setting setting, SettingMap layers, object bound, List<LayerOverride> overrides)
    {
        foreach (SettingEntry layer in layers.Entries)
        {
            if (!TryValue(setting, layer.Value, null, out object? value)) continue;
            if (layer.Key == DefaultKey) setting.Property.SetValue(bound, value);
            else overrides.Add(new LayerOverride(setting, layer.Key, value, layer.At));
        }
    }

    private bool TryValue(Setting setting, SettingNode node, object? current, out object? value)
    {
        value = null;
        if (node is SettingText { IsNull: true } && setting.Nullable) return true;
        if (setting is { Nullable: true, IsSection: false, Element: null } && setting.Type != typeof(string)
            && node is SettingText { Quoted: false, Text: "auto" }) return true;
        if (setting.IsSection)
        {
            if (node is SettingText { IsNull: true }) node = new SettingMap([], node.At);
            if (node is not SettingMap section) return Wrong(setting, node);
            int before = _faults.Count;
            value = Bind(current ?? _sections.GetValueOrDefault(setting.Type) ?? Activator.CreateInstance(setting.Type)!, section, overrides: null);
            return _faults.Count == before;
        }
        if (setting.Element is not null) return TryList(setting, node, out value);
        return node is SettingText text && TryScalar(setting, setting.Type, text, out value) || Wrong(setting, node);
    }

    private bool TryList(Setting setting, SettingNode node, out object? value)
    {
        value = null;
        IEnumerable<SettingNode> items = node switch
        {
            SettingList list => list.Items,
            SettingText { Quoted: false } text when text.Text.Contains(',') =>
                text.Text.Split(',').Select(t => new SettingText(t.Trim(), Quoted: false, text.At)),
            SettingText { IsNull: true } => [],
            _ => [node],
        };
        var values = new List<object?>();
        foreach (SettingNode item in items)
        {
            if (item is not SettingText text || !TryScalar(setting, setting.Element!, text, out object? one)) return Wrong(setting, item);
            values.Add(one);
        }
        Array array = Array.CreateInstance(setting.Element!, values.Count);
        for (int i = 0; i < values.Count; i++) array.SetValue(values[i], i);
        value = setting.Type.IsGenericType && setting.Type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
            ? typeof(ImmutableArray).GetMethods().First(m => m.Name == "Create" && m.GetParameters() is [{ ParameterType.IsArray: true }])
                .MakeGenericMethod(setting.Element!).Invoke(null, [array])
            : array;
        return true;
    }

    private static bool TryScalar(Setting setting, Type type, SettingText node, out object? value)
    {
        value = null;
        string text = node.Text;
        if (type == typeof(string)) value = text;
        else if (type == typeof(bool)) value = text switch { "true" => true, "false" => false, _ => null };
        else if (type.IsEnum)
        {
            string? name = Enum.GetNames(type).FirstOrDefault(n => KebabCase.Of(n) == text);
            if (name is not null) value = Enum.Parse(type, name);
        }
        else if (type == typeof(int))
            value = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int i) && InRange(setting, i) ? i : null;
        else if (type == typeof(long))
            value = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long l) && InRange(setting, l) ? l : null;
        else if (type == typeof(ulong))
            value = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong u) && InRange(setting, u) ? u : null;
        else if (type == typeof(double)) value = TryNumber(text, out double d) && InRange(setting, d) ? d : null;
        else if (type == typeof(float)) value = TryNumber(text, out double f) && InRange(setting, f) ? ToSingle(text, f) : null;
        else throw new NotSupportedException($"Settings of the type {type} are not known; '{setting.Name}' needs another.");
        return value is not null;
    }

    private static bool InRange(Setting setting, double value) => value >= setting.Min && value <= setting.Max;

    /// <summary>Reads "0.9", "1e-3" or "90%"; no infinity, no NaN.</summary>
    internal static bool TryNumber(string text, out double value)
    {
        bool percent = text.EndsWith('%');
        bool read = double.TryParse(percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        if (percent) value /= 100;
        return read && double.IsFinite(value);
    }

    // Straight from the text where possible: by way of a double it could be rounded twice.
    private static float ToSingle(string text, double value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float direct) ? direct : (float)value;

    private bool Wrong(Setting setting, SettingNode node)
    {
        string found = node switch
        {
            SettingText { IsNull: true } => "empty",
            SettingText text => $"'{(text.Text.Length > 60 ? text.Text[..60] + "..." : text.Text)}'",
            SettingList => "a list",
            _ => "a group",
        };
        string hint = node is SettingText word && !setting.Choices.IsEmpty ? ClosestName.Hint(word.Text, setting.Choices) : "";
        Fault(node.At, $"'{setting.Name}' is {found}; it must be {setting.Expected}.{hint}");
        return false;
    }
}
