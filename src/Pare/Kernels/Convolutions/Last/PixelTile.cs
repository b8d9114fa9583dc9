namespace Pare.Kernels.Convolutions.Last;

/// <summary>
/// The inner step of convolutions with channels last: some pixels times one panel of output channels.
/// y[p, o] = start + sum over runs r and k below Length of pixel[p][r.Source + k] * weights[(r.Weights + k) * width + o]; then residual and clip.
/// </summary>
/// <remarks>A run is a stretch of numbers that follow each other in memory: the channels of one kernel position, or of a row of them.</remarks>
internal unsafe struct PixelTile
{
    /// <summary>Numbers of a cache line.</summary>
    public const int Line = 16;

    /// <summary>Where the reading of each pixel begins; any places.</summary>
    public float** Pixels;

    /// <summary>The runs.</summary>
    public PixelRun* Runs;

    /// <summary>How many runs; none leaves the start.</summary>
    public int RunCount;

    /// <summary>Numbers of each run.</summary>
    public int Length;

    /// <summary>[k][vectors * lanes] for each run; a panel whose channels do not fill it is padded.</summary>
    public float* Weights;

    /// <summary>Where the first output channel of the panel lies; <see cref="Places"/> are counted from here.</summary>
    public float* Destination;

    /// <summary>Where each pixel's results lie, and its residuals.</summary>
    public nint* Places;

    /// <summary>What sums start from, [vectors * lanes] numbers, the same for all pixels; null: from what the destination holds.</summary>
    public float* Start;

    /// <summary>Null, or what is added in the end; it lies as the destination does and may be the same.</summary>
    public float* Residual;

    /// <summary>What will be read soon: wide tiles bring a line from here into the second cache with each k, and leave here what comes next.</summary>
    public float* Ahead;

    /// <summary>Numbers that count in the last vector, 1 to its lanes.</summary>
    public int Tail;

    /// <summary>Whether results are kept within [<see cref="Low"/>, <see cref="High"/>].</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;
}

/// <summary>A stretch of numbers that a tile reads for each pixel, and its weights.</summary>
/// <param name="Source">Offset from the pixel.</param>
/// <param name="Weights">Where its weights begin, in rows of the panel's width.</param>
internal readonly record struct PixelRun(nint Source, nint Weights);
