using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pare.Compression.Settings;

/// <summary>Writes settings as YAML that is read back the same; what is as in the baseline is left out.</summary>
internal static class SettingsWriter
{
    /// <summary>"name: value" lines, one for each setting that differs.</summary>
    public static void Lines(StringBuilder text, string indent, object record, object baseline, IReadOnlyList<LayerOverride> overrides, object? section = null)
    {
        foreach (Setting setting in SettingsSchema.Of(record.GetType()).Settings)
        {
            object? value = setting.Property.GetValue(record);
            LayerOverride[] own = [.. overrides.Where(o => o.Setting.Name == setting.Name)];
            if (own.Length == 0 && Same(value, setting.Property.GetValue(baseline))) continue;
            string written = own.Length == 0 ? Value(setting, value, section)
                : $"{{{string.Join(", ", own.Select(o => $"{Word(o.Pattern)}: {Value(setting, o.Value, section)}").Append($"{SettingsBinder.DefaultKey}: {Value(setting, value, section)}"))}}}";
            text.Append(CultureInfo.InvariantCulture, $"{indent}{setting.Name}: {written}\n");
        }
    }

    /// <summary>"{epochs: 3, rate: 0.1}".</summary>
    public static string Flow(object record, object baseline)
    {
        IEnumerable<string> parts = SettingsSchema.Of(record.GetType()).Settings
            .Where(s => !Same(s.Property.GetValue(record), s.Property.GetValue(baseline)))
            .Select(s => $"{s.Name}: {Value(s, s.Property.GetValue(record), null)}");
        return $"{{{string.Join(", ", parts)}}}";
    }

    /// <summary>A text that YAML reads back as that text.</summary>
    public static string Word(string text)
    {
        bool plain = text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '*')
            && text is not ("null" or "true" or "false" or "default" or "auto");
        return plain ? text : JsonSerializer.Serialize(text);
    }

    private static string Value(Setting setting, object? value, object? section) => value switch
    {
        null => "null",
        string s => Word(s),
        _ when setting.IsSection => Flow(value, section?.GetType() == setting.Type ? section : Activator.CreateInstance(setting.Type)!),
        System.Collections.IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(i => i is string s ? Word(s) : Setting.Text(i)))}]",
        _ => Setting.Text(value),
    };

    private static bool Same(object? a, object? b) =>
        a is System.Collections.IEnumerable x and not string && b is System.Collections.IEnumerable y
            ? x.Cast<object?>().SequenceEqual(y.Cast<object?>())
            : Equals(a, b);
}
