using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pare.Compression.Settings;

/// <summary>Reads a YAML text as settings with their places. Only plain data: no aliases, no tags, one document, bounded in every way.</summary>
internal sealed class YamlSettings
{
    private const int MaxLength = 256 * 1024, MaxDepth = 16, MaxNodes = 20_000;
    private readonly Parser _parser;
    private readonly SettingsBinder _faults;
    private int _nodes;

    private YamlSettings(string text, SettingsBinder faults)
    {
        _parser = new Parser(new StringReader(text));
        _faults = faults;
    }

    /// <summary>The text's mapping, or null where there is a fault that hides the rest.</summary>
    public static SettingMap? Read(string text, SettingsBinder faults)
    {
        if (text.Length > MaxLength)
        {
            faults.Fault(TextLocation.None, $"The text has {text.Length} characters; at most {MaxLength} are read.");
            return null;
        }
        try
        {
            return new YamlSettings(text, faults).Document();
        }
        catch (YamlException e)
        {
            faults.Fault(At(e.Start), $"This is not YAML: {e.Message.Trim().TrimEnd('.')}. "
                + "A text that starts with '*', '@', '!' or '%' needs quotes, as in '*.bias'.");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or OverflowException or FormatException)
        {
            // YamlDotNet's scanner lets these through on control characters and broken escapes.
            faults.Fault(At(MarkOf(e)), $"This is not YAML: {e.Message}");
        }
        return null;
    }

    private static Mark MarkOf(Exception e) => (e.InnerException as YamlException)?.Start ?? Mark.Empty;

    private SettingMap? Document()
    {
        Next();
        if (_parser.Current is StreamStart) Next();
        if (_parser.Current is not DocumentStart)
        {
            _faults.Fault(TextLocation.None, "The text is empty.");
            return null;
        }
        Next();
        SettingNode root = Node(0);
        Next();
        if (_parser.Current is DocumentEnd && Next() && _parser.Current is DocumentStart second)
            _faults.Fault(At(second.Start), "There is a second document; a recipe is one.");
        if (root is SettingMap map) return map;
        _faults.Fault(root.At, "A recipe is a list of names and values, such as 'steps:'.");
        return null;
    }

    private bool Next() => _parser.MoveNext();

    private SettingNode Node(int depth)
    {
        ParsingEvent node = _parser.Current ?? throw new YamlException("The text ends too early");
        if (++_nodes > MaxNodes) throw new YamlException(node.Start, node.End, $"There are over {MaxNodes} values");
        if (depth > MaxDepth) throw new YamlException(node.Start, node.End, $"Groups are nested over {MaxDepth} deep");
        TextLocation at = At(node.Start);
        if (node is NodeEvent { Anchor.IsEmpty: false }) _faults.Fault(at, "Anchors (&name) are not allowed; write the value where it is needed.");
        if (node is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag })
            _faults.Fault(at, $"'{tag}' is a YAML tag, and tags are not allowed. A text that starts with '!' needs quotes: '{tag}'.");
        switch (node)
        {
            case Scalar scalar:
                return new SettingText(scalar.Value, scalar.Style != ScalarStyle.Plain, at);
            case AnchorAlias alias:
                _faults.Fault(at, $"'*{alias.Value}' is a YAML alias, and aliases are not allowed. A pattern that starts with '*' needs quotes: '*{alias.Value}'.");
                return new SettingText("", Quoted: true, at);
            case SequenceStart:
                ImmutableArray<SettingNode>.Builder items = ImmutableArray.CreateBuilder<SettingNode>();
                while (Next() && _parser.Current is not SequenceEnd) items.Add(Node(depth + 1));
                return new SettingList(items.ToImmutable(), at);
            case MappingStart:
                return Map(depth, at);
            default:
                throw new YamlException(node.Start, node.End, "A value is missing");
        }
    }

    private SettingMap Map(int depth, TextLocation at)
    {
        ImmutableArray<SettingEntry>.Builder entries = ImmutableArray.CreateBuilder<SettingEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (Next() && _parser.Current is not MappingEnd)
        {
            SettingNode key = Node(depth + 1);
            Next();
            SettingNode value = Node(depth + 1);
            if (key is not SettingText name) _faults.Fault(key.At, "A name must be a text.");
            else if (!seen.Add(name.Text)) _faults.Fault(key.At, $"'{name.Text}' stands twice in one group.");
            else entries.Add(new SettingEntry(name.Text, value, key.At));
        }
        return new SettingMap(entries.ToImmutable(), at);
    }

    private static TextLocation At(Mark mark) => mark.Line == 0 ? TextLocation.None : new TextLocation((int)mark.Line, (int)mark.Column);
}
