namespace Pare.Kernels.Integer.Products;

/// <summary>Some pixels times some vectors of output channels: y[p, o] = requantized(start[o] + sum over runs r, units u of x[pixel[p] + run[r] + u] . w[r, u, o]).</summary>
internal unsafe struct IntegerTile
{
    /// <summary>Bytes of a unit: four bytes, or two integers of 16 bits.</summary>
    public const int Unit = 4;

    /// <summary>Most pixels of any tile.</summary>
    public const int MostRows = 8;

    /// <summary>Where each pixel's window begins.</summary>
    public byte** Pixels;

    /// <summary>For each run of the window its distance in bytes from the window's begin.</summary>
    public nint* Runs;

    /// <summary>How many runs.</summary>
    public int RunCount;

    /// <summary>Bytes of a run, whole units.</summary>
    public int Length;

    /// <summary>[run][unit][vectors * lanes].</summary>
    public int* Weights;

    /// <summary>What each sum begins with.</summary>
    public int* Start;

    /// <summary>A factor for each sum.</summary>
    public float* Factors;

    /// <summary>Results of the first pixel; whole vectors are written.</summary>
    public byte* Destination;

    /// <summary>Bytes between the results of two pixels.</summary>
    public nint Step;

    /// <summary>Bounds and zero point of the results.</summary>
    public ByteRange Range;
}
