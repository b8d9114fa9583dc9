namespace Pare.Kernels.Sparsity;

/// <summary>Which results tiles below each other compute.</summary>
/// <param name="Picture">Of this picture.</param>
/// <param name="FirstRow">From this output row on.</param>
/// <param name="EndRow">The row behind the last; tiles may end before.</param>
/// <param name="Pixels">The pixel behind the last, counted from the first picture's first: only of a flattened picture rows may end early.</param>
internal readonly record struct SparseRange(int Picture, int FirstRow, int EndRow, int Pixels);
