using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Depthwise;

/// <summary>A block of channels of some pixels of an output row.</summary>
internal unsafe struct DepthwiseTile
{
    /// <summary>The first pixel's window, integers of 16 bits less their zero point.</summary>
    public byte* Source;

    /// <summary>Bytes between the windows of two pixels.</summary>
    public nint SourceStep;

    /// <summary>Distances in bytes of the places of the window, two and two.</summary>
    public nint* Taps;

    /// <summary>How many pairs.</summary>
    public int Pairs;

    /// <summary>[pair][low, high][lanes] units of two weights.</summary>
    public int* Weights;

    /// <summary>[low, high][lanes].</summary>
    public int* Start;

    /// <summary>[low, high][lanes].</summary>
    public float* Factors;

    /// <summary>Results of the first pixel.</summary>
    public byte* Destination;

    /// <summary>Bytes between the results of two pixels.</summary>
    public nint Step;

    /// <summary>Bounds and zero point of the results.</summary>
    public ByteRange Range;
}
