using System.Collections.Immutable;

namespace Pare;

/// <summary>Lists into arrays of as many items.</summary>
/// <remarks>
/// For numbers and other structs in place of LINQ's Select: code of our own is compiled before the program runs, LINQ's iterators over structs
/// only when they are first met, some 0.2 ms each, which is most of the time to a first result.
/// </remarks>
internal static class Sequences
{
    /// <summary>What <paramref name="map"/> makes of each item.</summary>
    public static TTo[] Map<TFrom, TTo>(this ReadOnlySpan<TFrom> items, Func<TFrom, TTo> map)
    {
        var mapped = new TTo[items.Length];
        for (int i = 0; i < mapped.Length; i++) mapped[i] = map(items[i]);
        return mapped;
    }

    /// <summary>What <paramref name="map"/> makes of each item.</summary>
    public static TTo[] Map<TFrom, TTo>(this ImmutableArray<TFrom> items, Func<TFrom, TTo> map) => items.AsSpan().Map(map);

    /// <summary>What <paramref name="map"/> makes of each item.</summary>
    public static TTo[] Map<TFrom, TTo>(this TFrom[] items, Func<TFrom, TTo> map) => ((ReadOnlySpan<TFrom>)items).Map(map);
}
