namespace Pare.Compression.Methods;

/// <summary>What becomes of batch normalizations while a network is trained for quantization. Afterwards they are folded either way.</summary>
public enum BatchNormHandling
{
    /// <summary>They use the statistics of the batch and learn; weights are quantized before them.</summary>
    Live,
    /// <summary>They keep and use the statistics that they have; their factors learn.</summary>
    Frozen,
    /// <summary>They are folded into the layers before anything is quantized.</summary>
    Folded,
}
