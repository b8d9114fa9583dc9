namespace Pare.Compression.Quantization.Mixed;

/// <summary>How the damage of a narrower layer is measured.</summary>
public enum SensitivityMeasure
{
    /// <summary>What the network answers with this layer alone quantized, against what it answers in floats: the mean Kullback-Leibler divergence.</summary>
    Loss,
    /// <summary>The power of the noise in the layer's own output, relative to the output.</summary>
    Sqnr,
}
