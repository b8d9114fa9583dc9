namespace Pare.Compression.Advice;

/// <summary>Looks at a network for one kind of waste. It guesses nothing about savings: those are measured afterwards.</summary>
public abstract class Adviser : INamed
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>What it looks for, in a line.</summary>
    public abstract string Summary { get; }

    /// <summary>What it would do; nothing where the network has none of it.</summary>
    public abstract IEnumerable<Suggestion> Look(AdviceScope scope);
}
