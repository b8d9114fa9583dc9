using System.Collections.Immutable;
using Pare.Kernels.Products;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Some output channels that are computed together.</summary>
/// <param name="Channel">The first.</param>
/// <param name="Channels">How many.</param>
/// <param name="Vectors">Vectors that hold them, the last perhaps in part.</param>
/// <param name="Width">Numbers of those vectors: channels that do not exist are padded.</param>
/// <param name="Start">Where the panel's numbers begin among those of all panels, for one row of weights: a panel's weights begin at Start * depth.</param>
internal readonly record struct Panel(int Channel, int Channels, int Vectors, int Width, int Start);

/// <summary>The output channels of a group cut into panels as equal as can be.</summary>
internal static class Panels
{
    /// <summary>The panels of so many channels.</summary>
    public static ImmutableArray<Panel> Of(int channels, PixelTiles tiles) => Of(channels, tiles.Lanes, tiles.MaxVectors);

    /// <summary>The panels of so many channels, each of at most so many vectors.</summary>
    public static ImmutableArray<Panel> Of(int channels, int lanes, int maxVectors)
    {
        int vectors = Blocks.CeilDiv(channels, lanes), count = Blocks.CeilDiv(vectors, maxVectors);
        var panels = ImmutableArray.CreateBuilder<Panel>(count);
        for (int i = 0; i < count; i++)
        {
            int first = (int)((long)vectors * i / count), end = (int)((long)vectors * (i + 1) / count), channel = first * lanes;
            panels.Add(new Panel(channel, Math.Min(channels, end * lanes) - channel, end - first, (end - first) * lanes, channel));
        }
        return panels.MoveToImmutable();
    }

    /// <summary>Numbers of the widest panel.</summary>
    public static int MostWidth(ImmutableArray<Panel> panels)
    {
        int most = 0;
        foreach (Panel panel in panels) most = Math.Max(most, panel.Width);
        return most;
    }
}
