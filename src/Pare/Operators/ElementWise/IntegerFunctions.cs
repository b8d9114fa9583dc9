using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Functions of two integers: remainders, shifts and bits.</summary>
public static class IntegerFunctions
{
    /// <summary>The remainder of a / b with the sign of b.</summary>
    public static BinaryFunction Mod { get; } = new()
    {
        Name = "Mod",
        SinceOpset = 10,
        Variant = new Variant("fmod", new AttributeValue.Int(0), IsDefault: true),
        Whole = (a, b) => Remainder(a, b) is var rest && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest,
    };

    /// <summary>The remainder of a / b with the sign of a; real numbers too.</summary>
    public static BinaryFunction Fmod { get; } = new()
    {
        Name = "Mod",
        SinceOpset = 10,
        Variant = new Variant("fmod", new AttributeValue.Int(1)),
        Real = (a, b) => a % b,
        Whole = Remainder,
    };

    /// <summary>The bits of a moved up by b places; unsigned integers only.</summary>
    public static BinaryFunction ShiftLeft { get; } = new()
    {
        Name = "BitShift",
        SinceOpset = 11,
        Variant = new Variant("direction", new AttributeValue.Text("LEFT")),
        Whole = (a, b) => b is < 0 or > 63 ? 0 : a << (int)b,
    };

    /// <summary>The bits of a moved down by b places; unsigned integers only.</summary>
    public static BinaryFunction ShiftRight { get; } = new()
    {
        Name = "BitShift",
        SinceOpset = 11,
        Variant = new Variant("direction", new AttributeValue.Text("RIGHT")),
        Whole = (a, b) => b is < 0 or > 63 ? 0 : a >>> (int)b,
    };

    /// <summary>Bits that both have.</summary>
    public static BinaryFunction BitwiseAnd { get; } = new() { Name = "BitwiseAnd", SinceOpset = 18, Whole = (a, b) => a & b };

    /// <summary>Bits that one or both have.</summary>
    public static BinaryFunction BitwiseOr { get; } = new() { Name = "BitwiseOr", SinceOpset = 18, Whole = (a, b) => a | b };

    /// <summary>Bits that just one has.</summary>
    public static BinaryFunction BitwiseXor { get; } = new() { Name = "BitwiseXor", SinceOpset = 18, Whole = (a, b) => a ^ b };

    /// <summary>All rows.</summary>
    public static ImmutableArray<BinaryFunction> All { get; } = [Mod, Fmod, ShiftLeft, ShiftRight, BitwiseAnd, BitwiseOr, BitwiseXor];

    private static long Remainder(long a, long b) => b == -1 ? 0 : a % b;
}
