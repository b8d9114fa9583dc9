namespace Pare.Compression.Search;

/// <summary>A value of the swept setting and what came of it. Values that give the same recipe share a result.</summary>
/// <param name="Value">The value.</param>
/// <param name="Result">The trial's result.</param>
public sealed record SearchPoint(double Value, TrialResult Result);
