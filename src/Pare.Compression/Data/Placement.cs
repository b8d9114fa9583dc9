namespace Pare.Compression.Data;

/// <summary>Where a sample is read from: pixel (y, x) shows stored (y + Dy, x' + Dx), x' = W - 1 - x where flipped; outside is 0.</summary>
internal readonly record struct Placement(int Dy, int Dx, bool Flip);
