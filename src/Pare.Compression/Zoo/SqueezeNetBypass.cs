namespace Pare.Compression.Zoo;

/// <summary>Shortcuts around the fire modules of a SqueezeNet.</summary>
public enum SqueezeNetBypass
{
    /// <summary>None.</summary>
    None,
    /// <summary>Around the modules that keep the number of channels: 3, 5, 7 and 9.</summary>
    Simple,
    /// <summary>Around all of them, through a 1 x 1 convolution where the number of channels changes.</summary>
    Complex,
}
