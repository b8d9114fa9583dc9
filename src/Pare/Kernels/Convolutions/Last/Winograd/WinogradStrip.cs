namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>
/// The inner step of the products: some tiles times some vectors of output channels, for one number of the tiles.
/// y[t, o] = sum over channels c of x[c / lanes][t][c % lanes] * w[c, o].
/// </summary>
/// <remarks>Tiles lie a vector apart, a distance that is known when the code is compiled: one register addresses all of them.</remarks>
internal unsafe struct WinogradStrip
{
    /// <summary>[chunk of channels][tile][lanes]; the strip's first tile.</summary>
    public float* Source;

    /// <summary>Numbers between two chunks of channels.</summary>
    public nint ChunkStep;

    /// <summary>Input channels.</summary>
    public int Channels;

    /// <summary>[channel][output channel], the strip's first output channel.</summary>
    public float* Weights;

    /// <summary>Numbers between two channels.</summary>
    public nint WeightStep;

    /// <summary>The first tile's first output channel.</summary>
    public float* Destination;

    /// <summary>Numbers between the results of two tiles.</summary>
    public nint TileStep;

    /// <summary>Whether sums start from what the destination holds, not from 0.</summary>
    public bool Adds;
}
