namespace Pare.Operators;

/// <summary>What <see cref="Pad"/> puts into the new places.</summary>
public enum PadMode
{
    /// <summary>One value.</summary>
    Constant,
    /// <summary>The mirror image, the border not doubled.</summary>
    Reflect,
    /// <summary>The border.</summary>
    Edge,
    /// <summary>The other end.</summary>
    Wrap,
}
