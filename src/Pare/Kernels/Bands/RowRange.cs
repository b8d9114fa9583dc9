namespace Pare.Kernels.Bands;

/// <summary>Some rows of a picture that follow each other.</summary>
/// <param name="First">The first.</param>
/// <param name="End">The row behind the last.</param>
internal readonly record struct RowRange(int First, int End);
