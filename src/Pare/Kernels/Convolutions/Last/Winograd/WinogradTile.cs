namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>One tile of the picture on its way to the products: T x T pixels, transformed, every channel by itself.</summary>
internal unsafe struct WinogradSource
{
    /// <summary>The first pixel of each of the tile's T rows; a row outside the picture points to zeros.</summary>
    public float** Rows;

    /// <summary>The first column inside the picture; what lies outside is 0 and not read.</summary>
    public int First;

    /// <summary>The column behind the last one inside the picture.</summary>
    public int End;

    /// <summary>Channels of a pixel.</summary>
    public int Channels;

    /// <summary>Where the tile's number 0 goes: a vector of channels, those too many are 0.</summary>
    public float* Transformed;

    /// <summary>Numbers between two vectors of channels.</summary>
    public nint Chunk;

    /// <summary>Numbers between the places of two of the tile's T * T numbers.</summary>
    public nint Plane;

    /// <summary>T * T vectors to work in.</summary>
    public float* Work;
}

/// <summary>One tile of the products on its way to the result: up to Size x Size pixels.</summary>
internal unsafe struct WinogradResult
{
    /// <summary>The tile's number 0: as many channels as fill vectors.</summary>
    public float* Products;

    /// <summary>Numbers between the places of two of the tile's T * T numbers.</summary>
    public nint Plane;

    /// <summary>T * Size vectors to work in.</summary>
    public float* Work;

    /// <summary>As many numbers as fill vectors.</summary>
    public float* Bias;

    /// <summary>The tile's first pixel in the result.</summary>
    public float* Destination;

    /// <summary>Null, or what is added in the end; it lies as the destination does.</summary>
    public float* Residual;

    /// <summary>Numbers between two rows of the result.</summary>
    public nint RowStep;

    /// <summary>Numbers between the results of two pixels.</summary>
    public nint PixelStep;

    /// <summary>Channels of the result.</summary>
    public int Channels;

    /// <summary>Rows of the tile that lie inside the result; the others are not stored.</summary>
    public int Rows;

    /// <summary>Columns of the tile that lie inside the result.</summary>
    public int Columns;

    /// <summary>Whether results are kept within [<see cref="Low"/>, <see cref="High"/>].</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;
}
