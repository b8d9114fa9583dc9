namespace Pare.Jit.Integer;

/// <summary>All that the code of a panel depends on.</summary>
internal sealed record PanelSpec
{
    /// <summary>Vectors of 16 output channels, 1 to 4.</summary>
    public required int Vectors { get; init; }

    /// <summary>Output channels; those beyond, of the last vector, are not written.</summary>
    public required int Channels { get; init; }

    /// <summary>Pixels of a tile: sums of all pixels and vectors, weights and a number of the picture fit in 32 registers.</summary>
    public required int Rows { get; init; }

    /// <summary>Units of four bytes in each run of a window.</summary>
    public required int Units { get; init; }

    /// <summary>How weights lie in memory.</summary>
    public required PanelWeights Weights { get; init; }

    /// <summary>Distances in bytes from each run of a window to the next; none where there is one run.</summary>
    public required ValueList<int> Steps { get; init; }

    /// <summary>What is given.</summary>
    public required Operators.IntegerResult Result { get; init; }

    /// <summary>Bytes between the results of two pixels.</summary>
    public required int Pitch { get; init; }

    /// <summary>Most pixels of a tile with so many vectors: 24 sums, or fewer where weights take registers, and a register of the processor's for each pixel.</summary>
    public static int MostRows(int vectors, PanelWeights weights) => vectors switch { 1 => 12, 2 => weights.IsPlain ? 12 : 11, 3 => weights.IsPlain ? 8 : 7, _ => weights.IsPlain ? 6 : 5 };
}
