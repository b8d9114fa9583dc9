using System.Collections.Immutable;
using Pare.Compression.Settings;

namespace Pare.Compression;

/// <summary>A recipe as it was written, before it is read: values can be put in their places, one recipe after another, as a search does.</summary>
public sealed class RecipeDraft
{
    private readonly string _source;
    private readonly Catalog<CompressionMethod> _methods;
    private readonly Func<SettingsBinder, SettingMap?> _text;

    private RecipeDraft(string source, Catalog<CompressionMethod>? methods, Func<SettingsBinder, SettingMap?> text) =>
        (_source, _methods, _text) = (source, methods ?? MethodCatalog.Default, text);

    /// <summary>A YAML text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <param name="methods">The methods there are; null for Pare's own.</param>
    public static RecipeDraft OfYaml(string text, string source = "recipe", Catalog<CompressionMethod>? methods = null) =>
        new(source, methods, faults => YamlSettings.Read(text, faults));

    /// <summary>Arguments such as "prune.magnitude:sparsity=0.9,layers=[conv*,fc1],retrain.epochs=3".</summary>
    /// <param name="arguments">One for each step.</param>
    /// <param name="methods">The methods there are; null for Pare's own.</param>
    public static RecipeDraft OfArguments(IEnumerable<string> arguments, Catalog<CompressionMethod>? methods = null)
    {
        string[] steps = [.. arguments];
        return new RecipeDraft("--method", methods, faults => new SettingMap(
            [new SettingEntry(RecipeReader.StepsKey, new SettingList(
                [.. steps.Select((argument, i) => MethodArgument.Read(argument, i + 1, faults)).OfType<SettingMap>()], TextLocation.None), TextLocation.None)],
            TextLocation.None));
    }

    /// <summary>The methods of the steps; their settings may still be incomplete.</summary>
    /// <exception cref="RecipeException">A step names no method that there is, or the text cannot be read.</exception>
    public ImmutableArray<CompressionMethod> Methods
    {
        get
        {
            ImmutableArray<CompressionMethod?> methods = [.. Steps().Select(s => s.Find(RecipeReader.MethodKey)?.Value is SettingText name ? _methods.Find(name.Text) : null)];
            if (methods.IsEmpty || methods.Contains(null)) Read(); // throws, with all faults
            return methods!;
        }
    }

    /// <summary>What is written for a setting, or null where nothing is.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="setting">Its name; "retrain.epochs" for one of a group.</param>
    public string? Written(int step, string setting)
    {
        SettingNode? node = Steps()[step];
        foreach (string name in setting.Split('.')) node = (node as SettingMap)?.Find(name)?.Value;
        return node switch { null => null, SettingText text => text.Text, _ => "a group" };
    }

    /// <summary>The recipe, with values put in.</summary>
    /// <param name="edits">The values; each takes the place of what is written, if anything is.</param>
    /// <exception cref="RecipeException">Something is wrong; every fault is listed with its place.</exception>
    public Recipe Read(params IReadOnlyCollection<SettingEdit> edits)
    {
        var faults = new SettingsBinder();
        SettingMap? map = _text(faults);
        foreach (SettingEdit edit in edits)
            if (map is not null) map = Put(map, edit);
        Recipe? recipe = map is null ? null : new RecipeReader(faults, _methods).Read(map);
        return recipe is not null && faults.Faults.Count == 0 ? recipe : throw SettingFault.Combine(_source, faults.Faults);
    }

    private ImmutableArray<SettingMap> Steps() =>
        _text(new SettingsBinder())?.Find(RecipeReader.StepsKey)?.Value is SettingList list ? [.. list.Items.Select(i => i as SettingMap ?? new SettingMap([], i.At))] : [];

    private static SettingMap Put(SettingMap map, SettingEdit edit)
    {
        if (map.Find(RecipeReader.StepsKey) is not { Value: SettingList list } steps || list.Items[edit.Step] is not SettingMap step) return map; // a fault of the text
        SettingMap edited = Put(step, edit.Setting.Split('.'), new SettingText(edit.Value, Quoted: false, step.At));
        return map with { Entries = map.Entries.Replace(steps, steps with { Value = list with { Items = list.Items.SetItem(edit.Step, edited) } }) };
    }

    private static SettingMap Put(SettingMap map, ReadOnlySpan<string> path, SettingText value)
    {
        SettingEntry? old = map.Find(path[0]);
        SettingNode next = path.Length == 1 ? value : Put(old?.Value as SettingMap ?? new SettingMap([], value.At), path[1..], value);
        var entry = new SettingEntry(path[0], next, old?.At ?? value.At);
        return map with { Entries = old is null ? map.Entries.Add(entry) : map.Entries.Replace(old, entry) };
    }
}
