namespace Pare.Jit.Bits;

/// <summary>All that the code of a block of 32 output channels of signs depends on.</summary>
internal sealed record BitSpec
{
    /// <summary>Output channels of a block: a word of results, two vectors of counts.</summary>
    public const int Outputs = 32;

    /// <summary>Pixels of a tile.</summary>
    public required int Rows { get; init; }

    /// <summary>Words in each run of a window.</summary>
    public required int Words { get; init; }

    /// <summary>Distances in bytes from each run of a window to the next; none where there is one run.</summary>
    public required ValueList<int> Steps { get; init; }

    /// <summary>Whether results are bits; otherwise floats.</summary>
    public required bool IsBits { get; init; }

    /// <summary>Output channels that are there: of floats, those beyond are not written.</summary>
    public required int Channels { get; init; }

    /// <summary>Bytes between the results of two pixels.</summary>
    public required int Pitch { get; init; }
}
