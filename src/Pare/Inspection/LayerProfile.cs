using System.Collections.Immutable;

namespace Pare.Inspection;

/// <summary>What a node costs in one run: parameters, multiply-accumulates, memory.</summary>
public sealed record LayerProfile
{
    /// <summary>The node.</summary>
    public required Node Node { get; init; }

    /// <summary>What it counts as.</summary>
    public LayerKind Kind { get; init; }

    /// <summary>Type of the first output with every open length bound; null where it is not known before running.</summary>
    public TensorType? Output { get; init; }

    /// <summary>False where a shape is not known before running, or Pare lacks the operator: multiplications and memory are not counted then.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Trainable numbers that the node is the first to read, before any compression.</summary>
    public long Parameters { get; init; }

    /// <summary>Those of <see cref="Parameters"/> that are factors of products: no biases, no normalization.</summary>
    public long KernelParameters { get; init; }

    /// <summary>Numbers that are stored but not trained: running means and variances.</summary>
    public long RunningStatistics { get; init; }

    /// <summary>Multiply-accumulates of convolutions and products, bias excluded.</summary>
    public long Macs { get; init; }

    /// <summary>Additions, comparisons, functions and the like beside <see cref="Macs"/>, see <see cref="OperatorCost"/>.</summary>
    public long Operations { get; init; }

    /// <summary>Bytes of the values it makes; 0 for a view, and for what does not depend on the model's inputs.</summary>
    public long ActivationBytes { get; init; }

    /// <summary>Bytes read and written by one run: inputs, outputs, and weights at 4 bytes a number.</summary>
    public long MovedBytes { get; init; }

    /// <summary>The weights it is the first to read.</summary>
    public ImmutableArray<string> Weights { get; init; } = [];

    /// <summary>Multiply-accumulates for each byte of <see cref="MovedBytes"/>; 0 where nothing is multiplied.</summary>
    public double Intensity => MovedBytes == 0 ? 0 : (double)Macs / MovedBytes;
}
