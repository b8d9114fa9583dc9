using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>The functions of two values.</summary>
public static class BinaryFunctions
{
    /// <summary>a + b.</summary>
    public static BinaryFunction Add { get; } = new() { Name = "Add", Real = (a, b) => a + b, Whole = (a, b) => a + b, Form = (a, b) => a + b };

    /// <summary>a - b.</summary>
    public static BinaryFunction Sub { get; } = new() { Name = "Sub", Real = (a, b) => a - b, Whole = (a, b) => a - b, Form = (a, b) => a - b };

    /// <summary>a b.</summary>
    public static BinaryFunction Mul { get; } = new() { Name = "Mul", Real = (a, b) => a * b, Whole = (a, b) => a * b, Form = Dim.Multiply };

    /// <summary>a / b; integers are cut towards 0.</summary>
    public static BinaryFunction Div { get; } = new()
    {
        Name = "Div",
        Real = (a, b) => a / b,
        Whole = Divide,
        Form = (a, b) => !b.IsKnown || b.Constant == 0 ? null : a.IsKnown ? Divide(a.Constant, b.Constant) : Dim.Divide(a, b.Constant),
    };

    /// <summary>a to the power of b; the exponent may be of another type.</summary>
    public static BinaryFunction Pow { get; } = new() { Name = "Pow", Real = Math.Pow, Whole = (a, b) => (long)Math.Pow(a, b), Mixed = true };

    /// <summary>a = b.</summary>
    public static BinaryFunction Equal { get; } = new()
    {
        Name = "Equal",
        Real = (a, b) => a == b ? 1 : 0,
        Whole = (a, b) => a == b ? 1 : 0,
        Form = SameLength,
        Decides = true,
        TakesTruth = true,
    };

    /// <summary>a &lt; b.</summary>
    public static BinaryFunction Less { get; } = new() { Name = "Less", Real = (a, b) => a < b ? 1 : 0, Whole = (a, b) => a < b ? 1 : 0, Decides = true };

    /// <summary>a &gt; b.</summary>
    public static BinaryFunction Greater { get; } = new() { Name = "Greater", Real = (a, b) => a > b ? 1 : 0, Whole = (a, b) => a > b ? 1 : 0, Decides = true };

    /// <summary>a &lt;= b.</summary>
    public static BinaryFunction LessOrEqual { get; } = new()
    {
        Name = "LessOrEqual",
        SinceOpset = 12,
        Real = (a, b) => a <= b ? 1 : 0,
        Whole = (a, b) => a <= b ? 1 : 0,
        Decides = true,
    };

    /// <summary>a &gt;= b.</summary>
    public static BinaryFunction GreaterOrEqual { get; } = new()
    {
        Name = "GreaterOrEqual",
        SinceOpset = 12,
        Real = (a, b) => a >= b ? 1 : 0,
        Whole = (a, b) => a >= b ? 1 : 0,
        Decides = true,
    };

    /// <summary>Both.</summary>
    public static BinaryFunction And { get; } = new() { Name = "And", Whole = (a, b) => a & b, Decides = true, TakesTruth = true };

    /// <summary>One or both.</summary>
    public static BinaryFunction Or { get; } = new() { Name = "Or", Whole = (a, b) => a | b, Decides = true, TakesTruth = true };

    /// <summary>Just one.</summary>
    public static BinaryFunction Xor { get; } = new() { Name = "Xor", Whole = (a, b) => a ^ b, Decides = true, TakesTruth = true };

    /// <summary>All rows.</summary>
    public static ImmutableArray<BinaryFunction> All { get; } = [Add, Sub, Mul, Div, Pow, Equal, Less, Greater, LessOrEqual, GreaterOrEqual, And, Or, Xor, .. IntegerFunctions.All, .. PReluFunctions.All];

    private static long Divide(long a, long b) => b == -1 ? unchecked(-a) : a / b;

    // A length is never negative, so a form without negative parts differs from every negative number though its names are open.
    private static Dim? SameLength(Dim a, Dim b)
    {
        if ((a - b).IsKnown) return a == b ? 1 : 0;
        return (a.IsNatural && b is { IsKnown: true, Constant: < 0 }) || (b.IsNatural && a is { IsKnown: true, Constant: < 0 }) ? 0 : null;
    }
}
