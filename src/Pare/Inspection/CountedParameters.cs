namespace Pare.Inspection;

/// <summary>Which numbers are counted as parameters.</summary>
public enum CountedParameters
{
    /// <summary>What training changes: kernels, biases, factors and offsets of normalizations.</summary>
    Trained,
    /// <summary>Running means and variances too: all that a checkpoint holds.</summary>
    Stored,
    /// <summary>Weights of convolutions and products alone, as most papers on pruning count.</summary>
    Kernels,
}
