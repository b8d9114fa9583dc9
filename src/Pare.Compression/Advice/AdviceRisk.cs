namespace Pare.Compression.Advice;

/// <summary>What a recommendation may cost in accuracy.</summary>
public enum AdviceRisk
{
    /// <summary>Nothing: the outputs stay the same.</summary>
    Low,
    /// <summary>The network must be retrained, and mostly recovers.</summary>
    Medium,
    /// <summary>The network must be retrained, and may stay worse; also where less than 30 % of bytes and multiplications are left.</summary>
    High,
}
