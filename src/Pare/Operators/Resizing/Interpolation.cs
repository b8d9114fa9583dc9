namespace Pare.Operators;

/// <summary>How a value between elements is made.</summary>
public enum Interpolation
{
    /// <summary>The nearest element.</summary>
    Nearest,
    /// <summary>The two nearest along each axis.</summary>
    Linear,
    /// <summary>The four nearest along each axis (Keys, 1981).</summary>
    Cubic,
}
