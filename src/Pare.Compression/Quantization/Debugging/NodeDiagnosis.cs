using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>What quantization does to one node, and what the node does to the network. Ratios are dB of signal to quantization noise.</summary>
/// <remarks>
/// A rectifier belongs to the node before it. A quantized value belongs to the node that makes it; where what follows only moves numbers in the
/// same scale, that belongs to it too. An input of the network that is quantized is a node of its own.
/// </remarks>
public sealed record NodeDiagnosis
{
    /// <summary>The node's name in the float network, or the input's.</summary>
    public required string Name { get; init; }

    /// <summary>The operator, or "input".</summary>
    public required string Operator { get; init; }

    /// <summary>The weight, where there is one that is quantized.</summary>
    public WeightDiagnosis? Weight { get; init; }

    /// <summary>The result, where it is quantized with one scale.</summary>
    public ActivationDiagnosis? Result { get; init; }

    /// <summary>Its result with weight, operands and result quantized, fed with floats.</summary>
    public double Alone { get; init; }

    /// <summary>Its result within the whole quantized network; NaN where the value has no counterpart.</summary>
    public double Accumulated { get; init; }

    /// <summary>Its result with nothing but the weight quantized; null without one.</summary>
    public double? WeightAlone { get; init; }

    /// <summary>Its result with nothing but bias and other small parameters as in the quantized network; null without one.</summary>
    public double? BiasAlone { get; init; }

    /// <summary>Its result with nothing but the operands quantized; null where they are not.</summary>
    public double? OperandsAlone { get; init; }

    /// <summary>Its result with nothing but that quantized; null where it is not.</summary>
    public double? ResultAlone { get; init; }

    /// <summary>The network's output where only this node is quantized: its parameters and its result.</summary>
    public OutputFidelity Output { get; init; }

    /// <summary>What must be left out to be rid of this node's error: itself, or where its result does the damage, those that read it.</summary>
    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary>The network's output where everything but <see cref="Exclude"/> is quantized.</summary>
    public OutputFidelity Without { get; init; }

    /// <summary>Bytes that a <c>.pare</c> file grows by without them: their weights as floats of 4 bytes.</summary>
    public long ExcludedBytes { get; init; }

    /// <summary>Multiplications of a sample that leave integer arithmetic.</summary>
    public long ExcludedMacs { get; init; }

    /// <summary>What is wrong, and what helps; the first is what weighs most.</summary>
    public ImmutableArray<string> Verdicts { get; init; } = [];
}
