namespace Pare.Compression.Zoo;

/// <summary>A value within a network that is being built: [N, channels, height, width], or [N, channels] where height and width are 0.</summary>
/// <param name="Name">The value's name.</param>
/// <param name="Channels">Channels, or numbers of a vector.</param>
/// <param name="Height">Rows; 0 for a vector.</param>
/// <param name="Width">Columns; 0 for a vector.</param>
public readonly record struct Feature(string Name, int Channels, int Height, int Width);
