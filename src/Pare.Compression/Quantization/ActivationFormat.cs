namespace Pare.Compression.Quantization;

/// <summary>What activations are quantized to.</summary>
/// <param name="Bits">2 to 8, or 16.</param>
/// <param name="Symmetric">True for signed codes with the zero point 0 where numbers may be negative; else unsigned codes with a zero point of their own. Numbers that are never negative have unsigned codes with the zero point 0 either way.</param>
public sealed record ActivationFormat(int Bits = 8, bool Symmetric = false);
