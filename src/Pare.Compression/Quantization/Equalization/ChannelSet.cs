using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Equalization;

/// <summary>Channels that layers make and layers read, with nothing between them that minds a positive factor.</summary>
/// <param name="Channels">How many.</param>
/// <param name="Makers">Layers whose output channels they are.</param>
/// <param name="Readers">Layers whose input channels they are.</param>
/// <param name="Clips">Clips from 0 to a bound between them, which do mind: they must become rectifiers.</param>
/// <param name="Rectifier">The rectifier where it is all that stands between one maker and the readers; else null.</param>
internal sealed record ChannelSet(int Channels, ImmutableArray<Maker> Makers, ImmutableArray<Node> Readers, ImmutableArray<Node> Clips, Node? Rectifier)
{
    /// <summary>The first maker's name, for messages.</summary>
    public string Name => Makers[0].Layer.Name;
}
