namespace Pare.Compression.Quantization;

/// <summary>Which weights share a scale.</summary>
public enum WeightGranularity
{
    /// <summary>All of a layer.</summary>
    Tensor,
    /// <summary>Those of an output channel.</summary>
    Channel,
    /// <summary>Blocks of an output channel along the input channels; as <see cref="Channel"/> where there is one input channel only (depthwise).</summary>
    Group,
}
