namespace Pare.Operators;

/// <summary>How the losses of all positions become one.</summary>
public enum LossReduction
{
    /// <summary>Their weighted mean.</summary>
    Mean,
    /// <summary>Their weighted sum.</summary>
    Sum,
    /// <summary>They stay one for each position.</summary>
    None,
}
