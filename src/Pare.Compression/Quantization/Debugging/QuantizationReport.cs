using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Where a quantized network loses against the floats that it was made of.</summary>
public sealed record QuantizationReport
{
    /// <summary>The nodes that are quantized, in the order of the network.</summary>
    public required ImmutableArray<NodeDiagnosis> Nodes { get; init; }

    /// <summary>The same, the greatest damage to the network's output first.</summary>
    public required ImmutableArray<NodeDiagnosis> Culprits { get; init; }

    /// <summary>The network's output with everything quantized.</summary>
    public required OutputFidelity Output { get; init; }

    /// <summary>Leaving out the first culprit, the first two, and so on.</summary>
    public required ImmutableArray<ExclusionTrial> Exclusions { get; init; }

    /// <summary>What of the two networks could not be matched, and what that means; empty where all could.</summary>
    public required ImmutableArray<string> Unmatched { get; init; }

    /// <summary>Samples that ranges were watched on.</summary>
    public required int Samples { get; init; }

    /// <summary>Samples that nodes and outputs were compared on.</summary>
    public required int OutputSamples { get; init; }

    /// <summary>Multiplications of a sample in the whole network.</summary>
    public required long Macs { get; init; }
}
