namespace Pare.Compression.Settings;

/// <summary>A place in a text, counted from 1.</summary>
/// <param name="Line">Line, from 1; 0 where the place is not in a text.</param>
/// <param name="Column">Column, from 1.</param>
public readonly record struct TextLocation(int Line, int Column)
{
    /// <summary>No place.</summary>
    public static TextLocation None => default;

    /// <summary>"4:12", or "" for no place.</summary>
    public override string ToString() => Line == 0 ? "" : $"{Line}:{Column}";
}
