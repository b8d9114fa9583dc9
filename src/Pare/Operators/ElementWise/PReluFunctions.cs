using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>The rectifier whose slope for negative numbers is a value, and the functions that its gradients need.</summary>
public static class PReluFunctions
{
    /// <summary>x where positive, otherwise slope x; the slope is broadcast to x.</summary>
    public static BinaryFunction PRelu { get; } = new()
    {
        Name = "PRelu",
        SinceOpset = 7,
        OneWay = true,
        Real = (x, slope) => x < 0 ? slope * x : x,
        Whole = (x, slope) => x < 0 ? slope * x : x,
    };

    /// <summary>The slope where x is negative, otherwise 1.</summary>
    internal static BinaryFunction Factor { get; } = new()
    {
        Name = "PReluFactor",
        Domain = PareDomain.Name,
        OneWay = true,
        Real = (x, slope) => x < 0 ? slope : 1,
    };

    /// <summary>The product of dy and x where x is negative, otherwise 0.</summary>
    internal static BinaryFunction Negative { get; } = new()
    {
        Name = "PReluNegative",
        Domain = PareDomain.Name,
        OneWay = true,
        Real = (dy, x) => x < 0 ? dy * x : 0,
    };

    internal static ImmutableArray<BinaryFunction> All { get; } = [PRelu, Factor, Negative];
}
