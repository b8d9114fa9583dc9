using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>A value's range against what its quantizer can say, on the samples, within the float network.</summary>
/// <param name="Value">The value.</param>
/// <param name="Bits">Width of the codes in use.</param>
/// <param name="Scale">Distance of two codes.</param>
/// <param name="Zero">The code of 0.</param>
/// <param name="Seen">The least and the greatest number.</param>
/// <param name="Represented">The least and the greatest number that codes can say.</param>
/// <param name="ClippedLow">The fraction below <paramref name="Represented"/>, by more than half a step.</param>
/// <param name="ClippedHigh">The fraction above it.</param>
/// <param name="CodesUsed">The fraction of the codes that some number gets.</param>
/// <param name="Bulk">99.9 % of the numbers are no greater than this, sign aside.</param>
/// <param name="Histogram">How many numbers lie in each of equal parts of <paramref name="Seen"/>, from low to high.</param>
public sealed record ActivationDiagnosis(
    string Value, int Bits, double Scale, long Zero, ActivationRange Seen, ActivationRange Represented,
    double ClippedLow, double ClippedHigh, double CodesUsed, double Bulk, ImmutableArray<long> Histogram);
