namespace Pare.Compression.Quantization;

/// <summary>How the scale of weights is chosen.</summary>
public enum WeightScale
{
    /// <summary>The greatest magnitude is the greatest code: nothing is cut off.</summary>
    Max,
    /// <summary>The least squared error.</summary>
    Mse,
}
