namespace Pare.Compression.Data;

/// <summary>What the reader of a path has to be told where the files do not say it themselves.</summary>
public sealed record DataOptions
{
    /// <summary>Height of the pictures read from a folder; 0: as the first picture, and all must agree.</summary>
    public int Height { get; init; }

    /// <summary>Width of the pictures read from a folder; 0: as the first picture, and all must agree.</summary>
    public int Width { get; init; }

    /// <summary>Channels of the pictures read from a folder: 3 (red, green, blue) or 1 (grey).</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Whether pictures of another aspect ratio are stretched instead of scaled to cover the size and cut around the
    /// centre.</summary>
    public bool Stretch { get; init; }

    /// <summary>
    /// How arrays of rank 4 are stored: "nchw", "nhwc", or null: nhwc where the last axis is 1, 3 or 4 long and the second is not, else
    /// nchw.
    /// </summary>
    public string? StoredLayout { get; init; }
}
