namespace Pare.Kernels;

/// <summary>Packs a weight.</summary>
/// <param name="weight">Its numbers.</param>
/// <param name="with">Null, or those of another weight that is packed with it.</param>
/// <param name="packed">Memory for the packed numbers, not cleared.</param>
internal unsafe delegate void WeightPacking(float* weight, float* with, float* packed);
