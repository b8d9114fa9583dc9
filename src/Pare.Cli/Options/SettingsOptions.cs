using System.CommandLine;
using Pare.Compression.Settings;

namespace Pare.Cli.Options;

/// <summary>Options made from a record of settings: one declaration gives name, help, range, default and check.</summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class SettingsOptions<T> where T : class, new()
{
    private readonly List<(Setting Setting, Option Option)> _options = [];

    /// <summary>Makes the options.</summary>
    /// <param name="names">Names other than the setting's own: "learning-rate" to "--lr".</param>
    /// <param name="defaults">What help says of a default that the verb works out.</param>
    /// <param name="without">Settings that the verb gives by itself.</param>
    public SettingsOptions(IReadOnlyDictionary<string, string> names, IReadOnlyDictionary<string, string> defaults, IReadOnlyCollection<string> without)
    {
        foreach (Setting setting in SettingsSchema.Of(typeof(T)).Settings.Where(s => !without.Contains(s.Name)))
        {
            string own = "--" + setting.Name;
            string[] all = names.GetValueOrDefault(setting.Name) is { } other ? [other, own] : [own];
            _options.Add((setting, setting.Type == typeof(bool)
                ? new Option<bool>(all[0], all[1..]) { Description = Describe(setting) }
                : new Option<string?>(all[0], all[1..]) { HelpName = ValueName(setting), Description = Describe(setting, defaults.GetValueOrDefault(setting.Name)) }));
        }
    }

    /// <summary>The options, in the order of the record.</summary>
    public IEnumerable<Option> Options => _options.Select(o => o.Option);

    /// <summary>Whether the user typed a setting.</summary>
    public bool Has(Invocation run, string name) => _options.Any(o => o.Setting.Name == name && run.Has(o.Option));

    /// <summary>The record with what the user typed.</summary>
    /// <exception cref="RecipeException">Values do not fit; all of them are named.</exception>
    public T Read(Invocation run) =>
        SettingsBinder.Bind(new T(), _options.Where(o => run.Has(o.Option)).Select(o => KeyValuePair.Create(o.Setting.Name, Text(run, o.Option))), "options");

    private static string Text(Invocation run, Option option) => option is Option<bool> flag ? run.Get(flag) ? "true" : "false" : run.Get((Option<string?>)option) ?? "";

    private static string ValueName(Setting setting) => setting.Unit switch
    {
        "" when !setting.Choices.IsEmpty => "WORD",
        "" when setting.Type == typeof(string) => "NAME",
        "" => "NUMBER",
        string unit => unit.ToUpperInvariant().Replace(' ', '-'),
    };

    private static string Describe(Setting setting, string? byDefault = null)
    {
        if (setting.Type == typeof(string)) return $"{setting.Help}. Default: {Setting.Text(setting.Default)}.";
        string help = Capital(setting.Help.Length == 0 ? setting.Name : setting.Help);
        if (setting.Type == typeof(bool)) return $"{help}. Default: {(setting.Default is true ? "yes" : "no")}.";
        string value = Setting.Text(setting.Default);
        byDefault ??= value is "" or "null" or "[]" ? "none" : value;

        // The unit stands for the value already.
        string expected = setting.Unit.Length == 0 ? setting.Expected : setting.Expected.Replace($" ({setting.Unit})", "", StringComparison.Ordinal);
        return $"{help}. {Capital(expected)}. Default: {byDefault}.";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
