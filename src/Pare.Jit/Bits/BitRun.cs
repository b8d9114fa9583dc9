using System.Runtime.InteropServices;

namespace Pare.Jit.Bits;

/// <summary>What a call of <see cref="BitEmitter"/>'s code reads and writes. Pointers move on.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BitRun
{
    /// <summary>The window of a band's first pixel.</summary>
    public byte* Source;

    /// <summary>For each pixel the distance of its window from <see cref="Source"/>, in bytes.</summary>
    public int* Offsets;

    /// <summary>For each pixel the distance of its class, of those that see the padding alike, in <see cref="Starts"/> and <see cref="Seen"/>, in bytes.</summary>
    public int* Classes;

    /// <summary>The first pixel's results.</summary>
    public byte* Destination;

    /// <summary>[run][word][32 output channels].</summary>
    public uint* Weights;

    /// <summary>[class]: what the counts of 32 output channels begin with.</summary>
    public byte* Starts;

    /// <summary>[class]: terms of a sum.</summary>
    public byte* Seen;

    /// <summary>Factors of 32 output channels, of floats.</summary>
    public float* Factors;

    /// <summary>Biases of them.</summary>
    public float* Biases;

    /// <summary>How many tiles.</summary>
    public nint Count;
}
