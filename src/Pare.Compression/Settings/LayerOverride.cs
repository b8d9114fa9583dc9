namespace Pare.Compression.Settings;

/// <summary>A value that only the layers of a pattern have: the "conv*: 8" of "bits: {conv*: 8, default: 5}".</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Pattern">The pattern; of several that match, the first counts.</param>
/// <param name="Value">The value.</param>
/// <param name="At">Where it was written.</param>
public sealed record LayerOverride(Setting Setting, string Pattern, object? Value, TextLocation At);
