namespace Pare.Compression.Quantization.Rounding;

/// <summary>How the weights of a quantized network are chosen anew.</summary>
/// <param name="Rounding">How codes are chosen, by the name of the weight.</param>
/// <param name="CorrectsBias">Whether each bias takes up the mean error of its layer's outputs.</param>
internal sealed record RoundingOptions(Func<string, WeightRounding> Rounding, bool CorrectsBias)
{
    /// <summary>Steps of learned rounding.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>The name of the method, for progress.</summary>
    public string Method { get; init; } = "quantize";
}
