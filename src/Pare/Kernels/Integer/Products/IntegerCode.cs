using System.Runtime.InteropServices;
using Pare.Kernels.Convolutions.Last;

namespace Pare.Kernels.Integer.Products;

/// <summary>Pixels of a band, times one panel of output channels: y[p, o] = requantized(start[o] + sum over runs r, units u of x[offset[p] + run[r] + u] . w[r, u, o]).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IntegerPanelRun
{
    /// <summary>The window of the band's first pixel, at the panel's group.</summary>
    public byte* Source;

    /// <summary>For each pixel the distance of its window from <see cref="Source"/>, in bytes.</summary>
    public int* Offsets;

    /// <summary>The first pixel's results.</summary>
    public byte* Destination;

    /// <summary>[run][unit][vectors * lanes].</summary>
    public int* Weights;

    /// <summary>What each sum begins with.</summary>
    public int* Start;

    /// <summary>A factor for each sum.</summary>
    public float* Factors;

    /// <summary>How many pixels.</summary>
    public nint Count;
}

/// <summary>The code of one convolution of integers.</summary>
internal abstract class IntegerCode
{
    /// <summary>Computes the results of some pixels.</summary>
    public abstract void Run(in Panel panel, ref IntegerPanelRun run);
}
