namespace Pare.Compression.Reporting;

/// <summary>The width that a layer's weights were given.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Bits">Its width.</param>
/// <param name="Pinned">True where the user fixed it.</param>
public sealed record LayerWidth(string Weight, int Bits, bool Pinned);
