namespace Pare.Operators;

/// <summary>A window along one axis, all numbers known: position o of the output reads inputs o * Stride - Before + k * Dilation, k in [0, Kernel).</summary>
/// <param name="Input">Input length.</param>
/// <param name="Output">Output length.</param>
/// <param name="Kernel">Window length.</param>
/// <param name="Stride">Step between windows.</param>
/// <param name="Dilation">Step within a window.</param>
/// <param name="Before">Padding before the input.</param>
/// <param name="After">Padding after the input.</param>
public readonly record struct WindowAxis(int Input, int Output, int Kernel, int Stride, int Dilation, int Before, int After)
{
    /// <summary>An axis that a window does not see.</summary>
    public static WindowAxis One { get; } = new(1, 1, 1, 1, 1, 0, 0);

    /// <summary>The input that an output position reads; it may lie in the padding.</summary>
    public int At(int output, int kernel) => output * Stride - Before + kernel * Dilation;

    /// <summary>True where the input exists.</summary>
    public bool Inside(int input) => (uint)input < (uint)Input;
}
