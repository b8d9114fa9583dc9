namespace Pare.Operators;

/// <summary>In which order a recurrent layer walks over its sequence.</summary>
public enum RecurrentDirection
{
    /// <summary>From the first step.</summary>
    Forward,
    /// <summary>From the last step.</summary>
    Reverse,
    /// <summary>Both, each with weights of its own.</summary>
    Bidirectional,
}
