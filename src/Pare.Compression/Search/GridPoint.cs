namespace Pare.Compression.Search;

/// <summary>A value of the swept setting and the trial that it means.</summary>
/// <param name="Value">The value.</param>
/// <param name="Trial">The trial; the original's where the value changes nothing.</param>
public sealed record GridPoint(double Value, Trial Trial);
