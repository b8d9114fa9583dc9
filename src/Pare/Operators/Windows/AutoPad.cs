namespace Pare.Operators;

/// <summary>How a window operator pads.</summary>
public enum AutoPad
{
    /// <summary>By the pads that are given.</summary>
    Explicit,
    /// <summary>So that the output has ceil(input / stride) positions; an odd pad goes to the end.</summary>
    SameUpper,
    /// <summary>As <see cref="SameUpper"/>, an odd pad goes to the start.</summary>
    SameLower,
    /// <summary>Not at all.</summary>
    Valid,
}
