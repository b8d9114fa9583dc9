namespace Pare.Operators;

/// <summary>What given output sizes mean where they would change the ratio of the sides.</summary>
public enum AspectRatio
{
    /// <summary>They are taken as they are.</summary>
    Stretch,
    /// <summary>One scale for all axes; no side gets larger than given.</summary>
    NotLarger,
    /// <summary>One scale for all axes; no side gets smaller than given.</summary>
    NotSmaller,
}
