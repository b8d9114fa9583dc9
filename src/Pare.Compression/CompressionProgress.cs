namespace Pare.Compression;

/// <summary>How the work goes.</summary>
/// <param name="Activity">The method or stage.</param>
/// <param name="Item">What is worked on: a layer, an epoch.</param>
/// <param name="Fraction">Done of this activity, from 0 to 1.</param>
public readonly record struct CompressionProgress(string Activity, string Item, double Fraction);
