namespace Pare.Compression.Methods;

/// <summary>The most that widths may cost.</summary>
/// <param name="Cost">What is counted.</param>
/// <param name="Most">As users give it: a mean width, bytes, a ratio.</param>
internal readonly record struct WidthBudget(WidthCost Cost, double Most);
