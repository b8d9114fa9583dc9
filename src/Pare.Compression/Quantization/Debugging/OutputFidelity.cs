namespace Pare.Compression.Quantization.Debugging;

/// <summary>How near the network's first output comes to that of the float network.</summary>
/// <param name="Sqnr">Signal to quantization noise, in dB: infinite where nothing differs, minus infinity where it is not finite.</param>
/// <param name="Agreement">The fraction of samples whose greatest output is at the same place; null where the output is no row of numbers.</param>
public readonly record struct OutputFidelity(double Sqnr, double? Agreement);
