using System.Collections.Immutable;

namespace Pare.Compression.Settings;

/// <summary>Settings as they were written, before anything is known of their types: what YAML files and command-line arguments become.</summary>
internal abstract record SettingNode(TextLocation At);

/// <summary>A word or number.</summary>
/// <param name="Text">The text.</param>
/// <param name="Quoted">True where it stood in quotes, so that "null" is a text.</param>
/// <param name="At">Where.</param>
internal sealed record SettingText(string Text, bool Quoted, TextLocation At) : SettingNode(At)
{
    public bool IsNull => !Quoted && Text is "" or "~" or "null";
}

/// <summary>A list.</summary>
internal sealed record SettingList(ImmutableArray<SettingNode> Items, TextLocation At) : SettingNode(At);

/// <summary>A group of named values; no name stands twice.</summary>
internal sealed record SettingMap(ImmutableArray<SettingEntry> Entries, TextLocation At) : SettingNode(At)
{
    public SettingEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    public SettingMap Without(params ReadOnlySpan<string> keys)
    {
        string[] out_ = keys.ToArray();
        return this with { Entries = Entries.RemoveAll(e => out_.Contains(e.Key)) };
    }
}

/// <summary>A name and its value.</summary>
internal sealed record SettingEntry(string Key, SettingNode Value, TextLocation At);
