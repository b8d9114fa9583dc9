namespace Pare.Compression.Settings;

/// <summary>One thing that is wrong with settings.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Message">What was found, what is expected, what to do.</param>
public sealed record SettingFault(TextLocation At, string Message)
{
    /// <summary>One exception for all faults, in the order of the text.</summary>
    /// <param name="source">The file's name, or what the settings were given as.</param>
    /// <param name="faults">At least one.</param>
    public static RecipeException Combine(string source, IReadOnlyCollection<SettingFault> faults)
    {
        IEnumerable<string> lines = faults.OrderBy(f => f.At.Line).ThenBy(f => f.At.Column)
            .Select(f => f.At == TextLocation.None ? $"{source}: {f.Message}" : $"{source}:{f.At}: {f.Message}");
        return new RecipeException(string.Join('\n', lines.Distinct()));
    }
}
