using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Tangent, the inverse trigonometric and the hyperbolic functions; NaN where they are not defined.</summary>
public static class TrigonometricFunctions
{
    /// <summary>Tangent.</summary>
    public static UnaryFunction Tan { get; } = new() { Name = "Tan", SinceOpset = 7, Real = (x, a, b) => Math.Tan(x), SlopeOfOutput = (y, a, b) => 1 + y * y };

    /// <summary>Inverse sine, of [-1, 1].</summary>
    public static UnaryFunction Asin { get; } = new() { Name = "Asin", SinceOpset = 7, Real = (x, a, b) => Math.Asin(x), SlopeOfInput = (x, a, b) => 1 / Math.Sqrt(1 - x * x) };

    /// <summary>Inverse cosine, of [-1, 1].</summary>
    public static UnaryFunction Acos { get; } = new() { Name = "Acos", SinceOpset = 7, Real = (x, a, b) => Math.Acos(x), SlopeOfInput = (x, a, b) => -1 / Math.Sqrt(1 - x * x) };

    /// <summary>Inverse tangent.</summary>
    public static UnaryFunction Atan { get; } = new() { Name = "Atan", SinceOpset = 7, Real = (x, a, b) => Math.Atan(x), SlopeOfInput = (x, a, b) => 1 / (1 + x * x) };

    /// <summary>Hyperbolic sine.</summary>
    public static UnaryFunction Sinh { get; } = new() { Name = "Sinh", SinceOpset = 9, Real = (x, a, b) => Math.Sinh(x), SlopeOfInput = (x, a, b) => Math.Cosh(x) };

    /// <summary>Hyperbolic cosine.</summary>
    public static UnaryFunction Cosh { get; } = new() { Name = "Cosh", SinceOpset = 9, Real = (x, a, b) => Math.Cosh(x), SlopeOfInput = (x, a, b) => Math.Sinh(x) };

    /// <summary>Inverse hyperbolic sine.</summary>
    public static UnaryFunction Asinh { get; } = new() { Name = "Asinh", SinceOpset = 9, Real = (x, a, b) => Math.Asinh(x), SlopeOfInput = (x, a, b) => 1 / Math.Sqrt(x * x + 1) };

    /// <summary>Inverse hyperbolic cosine, of numbers from 1.</summary>
    public static UnaryFunction Acosh { get; } = new() { Name = "Acosh", SinceOpset = 9, Real = (x, a, b) => Math.Acosh(x), SlopeOfInput = (x, a, b) => 1 / Math.Sqrt(x * x - 1) };

    /// <summary>Inverse hyperbolic tangent, of (-1, 1).</summary>
    public static UnaryFunction Atanh { get; } = new() { Name = "Atanh", SinceOpset = 9, Real = (x, a, b) => Math.Atanh(x), SlopeOfInput = (x, a, b) => 1 / (1 - x * x) };

    /// <summary>All rows.</summary>
    public static ImmutableArray<UnaryFunction> All { get; } = [Tan, Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh];
}
