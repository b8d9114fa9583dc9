namespace Pare.Compression.Quantization;

/// <summary>Whether biases take up what quantization shifts the mean of a layer's outputs by.</summary>
public enum BiasCorrection
{
    /// <summary>They stay.</summary>
    None,
    /// <summary>The shift is computed from the batch normalizations of the layers before. Needs no data.</summary>
    Analytic,
    /// <summary>The shift is measured on samples, layer after layer.</summary>
    Empirical,
}
