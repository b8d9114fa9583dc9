namespace Pare.Compression.Quantization;

/// <summary>How the range of a value follows from its numbers.</summary>
public enum CalibrationMethod
{
    /// <summary>From the least number to the greatest.</summary>
    Minmax,
    /// <summary>Moving averages of each sample's least and greatest number.</summary>
    Average,
    /// <summary>All but a small share of the numbers.</summary>
    Percentile,
    /// <summary>What keeps most of the information: least Kullback-Leibler divergence.</summary>
    Entropy,
    /// <summary>What makes the expected squared error least.</summary>
    Mse,
}
