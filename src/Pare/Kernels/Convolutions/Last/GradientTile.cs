namespace Pare.Kernels.Convolutions.Last;

/// <summary>
/// The inner step of weight gradients with channels last: sums[r, o] += sum over pixels p of x[p, r] dy[p, o], for some rows r, numbers that
/// follow each other in memory (the channels of a row of kernel positions), and one or two vectors of output channels o.
/// </summary>
internal unsafe struct GradientTile
{
    /// <summary>The first row's first sum; rows lie <see cref="Width"/> apart, whole vectors.</summary>
    public float* Sums;

    /// <summary>Numbers between rows of sums.</summary>
    public nint Width;

    /// <summary>Where the second half of the rows begins; it may overlap the first, both compute the same then.</summary>
    public nint Second;

    /// <summary>x of the first row at the place where stretches count from.</summary>
    public float* Source;

    /// <summary>dy of the first output channel at the place where stretches count from.</summary>
    public float* Gradient;

    /// <summary>Pixels that lie evenly in memory.</summary>
    public PixelStretch* Places;

    /// <summary>How many stretches.</summary>
    public int Stretches;

    /// <summary>x from pixel to pixel of a stretch.</summary>
    public nint SourceStep;

    /// <summary>dy from pixel to pixel of a stretch.</summary>
    public nint GradientStep;

    /// <summary>Output channels in the last vector.</summary>
    public int Tail;

    /// <summary>What later tiles will read: with each pixel a line of it is brought near. A tile moves it on.</summary>
    public float* Ahead;

    /// <summary>Numbers of a line, or 0 where nothing is left to bring.</summary>
    public nint AheadStep;
}

/// <summary>Pixels that lie evenly in memory.</summary>
/// <param name="Source">Offset of the first in x.</param>
/// <param name="Gradient">Offset of the first in dy.</param>
/// <param name="Count">How many.</param>
internal readonly record struct PixelStretch(nint Source, nint Gradient, int Count);
