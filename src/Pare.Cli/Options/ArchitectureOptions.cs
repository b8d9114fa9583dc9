using System.CommandLine;
using Pare.Compression.Settings;
using Pare.Compression.Zoo;

namespace Pare.Cli.Options;

/// <summary>The settings of all architectures as options; each architecture takes those that it has.</summary>
internal sealed class ArchitectureOptions
{
    private readonly List<(Setting Setting, Option Option)> _options = [];

    /// <summary>Makes the options.</summary>
    public ArchitectureOptions(IEnumerable<Architecture> architectures)
    {
        foreach (Setting setting in architectures.SelectMany(a => SettingsSchema.Of(a.Defaults.GetType()).Settings).DistinctBy(s => s.Name))
        {
            string help = $"{char.ToUpperInvariant(setting.Help[0])}{setting.Help[1..]}";
            _options.Add((setting, setting.Type == typeof(bool)
                ? new Option<bool>("--" + setting.Name) { Description = $"{help}." }
                : new Option<string?>("--" + setting.Name)
                {
                    HelpName = setting.Choices.IsEmpty ? "NUMBER" : "WORD",
                    Description = $"{help}: {setting.Expected}. Default: the architecture's own.",
                }));
        }
    }

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => _options.Select(o => o.Option);

    /// <summary>The architecture's settings with what the user typed.</summary>
    /// <exception cref="RecipeException">The architecture has no such setting, or values do not fit; all of them are named.</exception>
    public ArchitectureSettings Read(Invocation run, Architecture architecture) => SettingsBinder.Bind(
        architecture.Defaults,
        _options.Where(o => run.Has(o.Option)).Select(o => KeyValuePair.Create(o.Setting.Name, Text(run, o.Option))),
        architecture.Name);

    private static string Text(Invocation run, Option option) => option is Option<bool> flag ? run.Get(flag) ? "true" : "false" : run.Get((Option<string?>)option) ?? "";
}
