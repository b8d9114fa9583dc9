using System.Collections.Immutable;

namespace Pare.Compression.Settings;

/// <summary>Reads "prune.magnitude:density={conv1: 0.66, default: 0.08},layers=[conv*,fc1],retrain.epochs=3" as the step of a recipe.</summary>
internal static class MethodArgument
{
    /// <summary>The step as settings, or null after a fault that hides the rest. Places are (number of the argument, column).</summary>
    public static SettingMap? Read(string argument, int number, SettingsBinder faults)
    {
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        string method = colon < 0 ? argument : argument[..colon];
        var at = new TextLocation(number, 1);
        var root = new Group();
        root.Values["method"] = (new SettingText(method.Trim(), Quoted: true, at), at);
        if (colon >= 0 && colon + 1 < argument.Length)
            foreach ((string part, int start) in Split(argument, colon + 1, argument.Length))
                Add(root, part, new TextLocation(number, start + 1), faults);
        return root.ToMap(at);
    }

    private static void Add(Group root, string part, TextLocation at, SettingsBinder faults)
    {
        int equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            faults.Fault(at, $"'{part}' is not of the form name=value.");
            return;
        }
        Group group = root;
        string[] path = part[..equals].Trim().Split('.');
        foreach (string name in path[..^1])
        {
            if (!group.Groups.TryGetValue(name, out Group? inner)) group.Groups[name] = inner = new Group();
            group = inner;
        }
        SettingNode? value = Value(part[(equals + 1)..].Trim(), at with { Column = at.Column + equals + 1 }, faults);
        if (value is not null && !group.Values.TryAdd(path[^1], (value, at))) faults.Fault(at, $"'{part[..equals]}' stands twice.");
    }

    private static SettingNode? Value(string text, TextLocation at, SettingsBinder faults)
    {
        if (text is ['[', .., ']'])
            return new SettingList([.. Split(text, 1, text.Length - 1).Select(p => new SettingText(p.Part.Trim(), Quoted: false, at))], at);
        if (text is ['"' or '\'', _, ..] && text[^1] == text[0]) return new SettingText(text[1..^1], Quoted: true, at);
        if (text is not ['{', .., '}']) return new SettingText(text, Quoted: false, at);
        ImmutableArray<SettingEntry>.Builder entries = ImmutableArray.CreateBuilder<SettingEntry>();
        foreach ((string part, _) in Split(text, 1, text.Length - 1))
        {
            int colon = part.LastIndexOfAny([':', '=']);
            if (colon <= 0)
            {
                faults.Fault(at, $"'{part}' is not of the form layer:value.");
                return null;
            }
            string key = part[..colon].Trim();
            if (entries.Any(e => e.Key == key)) faults.Fault(at, $"'{key}' stands twice in one group.");
            else entries.Add(new SettingEntry(key, new SettingText(part[(colon + 1)..].Trim(), Quoted: false, at), at));
        }
        return new SettingMap(entries.ToImmutable(), at);
    }

    /// <summary>Splits [start, end) at the commas outside of brackets.</summary>
    private static IEnumerable<(string Part, int Start)> Split(string text, int start, int end)
    {
        int depth = 0, from = start;
        for (int i = start; i <= end; i++)
        {
            if (i < end && text[i] is '[' or '{') depth++;
            if (i < end && text[i] is ']' or '}') depth--;
            if (i < end && (text[i] != ',' || depth > 0)) continue;
            yield return (text[from..i], from);
            from = i + 1;
        }
    }

    private sealed class Group
    {
        public Dictionary<string, (SettingNode Node, TextLocation At)> Values { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Group> Groups { get; } = new(StringComparer.Ordinal);

        public SettingMap ToMap(TextLocation at) => new(
            [.. Values.Select(v => new SettingEntry(v.Key, v.Value.Node, v.Value.At)),
             .. Groups.Where(g => !Values.ContainsKey(g.Key)).Select(g => new SettingEntry(g.Key, g.Value.ToMap(at), at))], at);
    }
}
