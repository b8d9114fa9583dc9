namespace Pare.Kernels.Coded;

/// <summary>How a code becomes a number: a constant of compiled code.</summary>
internal interface ICodeKind
{
    /// <summary>By a table of at most 16 numbers.</summary>
    static abstract bool IsTable { get; }

    /// <summary>By a table of at most 32 numbers.</summary>
    static abstract bool IsPair { get; }

    /// <summary>By a larger table.</summary>
    static abstract bool IsGathered { get; }
}

/// <summary>A table of at most 16 numbers, which stays in registers where it fits.</summary>
internal readonly struct TableCodes : ICodeKind
{
    public static bool IsTable => true;

    public static bool IsPair => false;

    public static bool IsGathered => false;
}

/// <summary>A table of 17 to 32 numbers: two registers of the widest vectors.</summary>
internal readonly struct PairCodes : ICodeKind
{
    public static bool IsTable => false;

    public static bool IsPair => true;

    public static bool IsGathered => false;
}

/// <summary>A table of more numbers.</summary>
internal readonly struct GatheredCodes : ICodeKind
{
    public static bool IsTable => false;

    public static bool IsPair => false;

    public static bool IsGathered => true;
}

/// <summary>The code less a zero point.</summary>
internal readonly struct NumberCodes : ICodeKind
{
    public static bool IsTable => false;

    public static bool IsPair => false;

    public static bool IsGathered => false;
}
