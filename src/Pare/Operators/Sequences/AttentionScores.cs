namespace Pare.Operators;

/// <summary>Which scores an <see cref="Attention"/> gives as output 3.</summary>
public enum AttentionScores
{
    /// <summary>Scaled products of queries and keys.</summary>
    Raw,
    /// <summary>After the soft cap.</summary>
    Capped,
    /// <summary>After soft cap and masks.</summary>
    Masked,
    /// <summary>After the softmax.</summary>
    Probabilities,
}
