namespace Pare.Operators;

/// <summary>Which element is the nearest one.</summary>
public enum NearestRounding
{
    /// <summary>Rounded; halves down.</summary>
    RoundPreferFloor,
    /// <summary>Rounded; halves up.</summary>
    RoundPreferCeil,
    /// <summary>Rounded down.</summary>
    Floor,
    /// <summary>Rounded up.</summary>
    Ceil,
}
