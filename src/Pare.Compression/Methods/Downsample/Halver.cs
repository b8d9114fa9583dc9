namespace Pare.Compression.Methods;

/// <summary>What halves the resolution at a new place.</summary>
public enum Halver
{
    /// <summary>The largest of each 2 x 2.</summary>
    Max,
    /// <summary>The mean of each 2 x 2.</summary>
    Average,
    /// <summary>The next convolutions, with a stride of 2; a pooling where they cannot.</summary>
    Stride,
}
