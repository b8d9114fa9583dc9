using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>What leaving some nodes in floats would bring and cost.</summary>
/// <param name="Culprits">How many of the first culprits are left out.</param>
/// <param name="Nodes">The nodes that stay in floats.</param>
/// <param name="Output">The network's output then.</param>
/// <param name="Bytes">What a <c>.pare</c> file grows by.</param>
/// <param name="Macs">Multiplications of a sample that leave integer arithmetic.</param>
public sealed record ExclusionTrial(int Culprits, ImmutableArray<string> Nodes, OutputFidelity Output, long Bytes, long Macs)
{
    /// <summary>A step of <c>pare compress -m</c> that leaves them out.</summary>
    public string Option => $"quantize.static:exclude=[{string.Join(',', Nodes.Select(Pattern))}]";

    // The exclusion is a list of globs: what would end a list or mean a kind of node becomes "any character".
    private static string Pattern(string name)
    {
        char[] text = name.ToCharArray();
        for (int i = 0; i < text.Length; i++)
            if (text[i] is ',' or '[' or ']' or '{' or '}' or '*' or '\\' or '"' or '\'' || char.IsWhiteSpace(text[i]) || (i == 0 && text[i] is '@' or '!')) text[i] = '?';
        return new string(text);
    }
}
