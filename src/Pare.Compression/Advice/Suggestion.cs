using System.Collections.Immutable;

namespace Pare.Compression.Advice;

/// <summary>What an <see cref="Adviser"/> thinks of; the <see cref="Advisor"/> finds out what it would save.</summary>
/// <param name="Title">What to do, in a few words: "Shrink 5 x 5 kernels to 3 x 3".</param>
/// <param name="Why">One or two sentences with numbers of this network.</param>
/// <param name="Risk">What it may cost.</param>
/// <param name="Step">The method and its settings as <c>--method</c> takes them, without layers: "rewrite.shrink-kernel:to=3".</param>
public sealed record Suggestion(string Title, string Why, AdviceRisk Risk, string Step)
{
    /// <summary>The weights meant; none for all that the method fits.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>The user wants to know: it is told whatever it saves, and apart from others.</summary>
    public bool IsAsked { get; init; }

    /// <summary>It may help accuracy and costs something: it is not expected to save.</summary>
    public bool ForAccuracy { get; init; }
}
