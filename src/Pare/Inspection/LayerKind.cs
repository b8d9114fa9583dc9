namespace Pare.Inspection;

/// <summary>What a node counts as.</summary>
public enum LayerKind
{
    /// <summary>A convolution of any kind, transposed ones too.</summary>
    Convolution,
    /// <summary>A product with a matrix that does not depend on the model's inputs.</summary>
    FullyConnected,
    /// <summary>A normalization with or without parameters.</summary>
    Normalization,
    /// <summary>Everything else: pooling, activations, products of two computed values, data movement.</summary>
    Other,
}
