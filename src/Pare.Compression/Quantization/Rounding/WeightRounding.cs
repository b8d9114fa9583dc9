namespace Pare.Compression.Quantization;

/// <summary>How the codes of weights are chosen.</summary>
public enum WeightRounding
{
    /// <summary>The nearest code. Needs no data.</summary>
    Nearest,
    /// <summary>The nearest code, with the scales that make the error of each layer's output least, layer after layer.</summary>
    SequentialMse,
    /// <summary>Up or down as learned for each layer: AdaRound.</summary>
    Adaround,
    /// <summary>Number after number, the rest of an output channel making up for the error: GPTQ.</summary>
    Gptq,
}
