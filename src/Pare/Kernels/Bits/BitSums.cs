using System.Runtime.CompilerServices;
using Pare.Kernels.Products;

namespace Pare.Kernels.Bits;

/// <summary>Sums of rows of bits, place by place: bit p of plane i of the result is bit i of how many rows have their bit p set.</summary>
/// <remarks>
/// Carry-save adders: three bits of one weight become one of that weight and one of twice the weight, for all places of a vector at once, so that a
/// row costs about one adder (Harley and Seal; Warren, "Hacker's Delight", chapter 5). Nothing is ever counted across places.
/// </remarks>
internal static unsafe class BitSums<TOps, TVector> where TOps : struct, IBitOps<TVector> where TVector : unmanaged
{
    /// <summary>Rows that are added at a time; lists are filled up with rows of zeros.</summary>
    public const int Unit = 16;

    /// <summary>Planes that live in registers.</summary>
    private const int Registers = 6;

    /// <summary>Adds rows.</summary>
    /// <param name="rows">Where the rows lie.</param>
    /// <param name="list">Offsets of rows.</param>
    /// <param name="unit">Bytes of a unit of an offset: 1, 2, 4 or 8.</param>
    /// <param name="units">How many times <see cref="Unit"/> rows.</param>
    /// <param name="planes">The sums, a vector for each plane.</param>
    /// <param name="count">How many planes, at least 6; sums fit into them.</param>
    /// <param name="isMore">Adds to the planes; otherwise they begin as 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(byte* rows, ushort* list, int unit, int units, byte* planes, int count, bool isMore)
    {
        if (unit == 4) Add<N4>(rows, list, units, planes, count, isMore);
        else if (unit == 2) Add<N2>(rows, list, units, planes, count, isMore);
        else if (unit == 8) Add<N8>(rows, list, units, planes, count, isMore);
        else Add<N1>(rows, list, units, planes, count, isMore);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add<TUnit>(byte* rows, ushort* list, int units, byte* planes, int count, bool isMore) where TUnit : struct, ICount
    {
        TOps.Require();
        if (!isMore)
        {
            for (int i = 0; i < count; i++)
                TOps.Store(planes + i * TOps.Bytes, TOps.Create(0));
        }
        TVector ones = TOps.Load(planes), twos = TOps.Load(planes + TOps.Bytes), fours = TOps.Load(planes + 2 * TOps.Bytes);
        TVector eights = TOps.Load(planes + 3 * TOps.Bytes), sixteens = TOps.Load(planes + 4 * TOps.Bytes), more = TOps.Load(planes + 5 * TOps.Bytes);
        for (; units >= 4; units -= 4, list += 4 * Unit)
        {
            TVector a = Sixteen<TUnit>(rows, list, ref ones, ref twos, ref fours, ref eights);
            TVector b = Sixteen<TUnit>(rows, list + Unit, ref ones, ref twos, ref fours, ref eights);
            Adder(out TVector c, ref sixteens, a, b);
            a = Sixteen<TUnit>(rows, list + 2 * Unit, ref ones, ref twos, ref fours, ref eights);
            b = Sixteen<TUnit>(rows, list + 3 * Unit, ref ones, ref twos, ref fours, ref eights);
            Adder(out TVector d, ref sixteens, a, b);
            Adder(out a, ref more, c, d);
            Carry(planes, count, a);
        }
        for (; units > 0; units--, list += Unit)
        {
            TVector a = Sixteen<TUnit>(rows, list, ref ones, ref twos, ref fours, ref eights);
            TVector b = TOps.And(sixteens, a);
            sixteens = TOps.Xor(sixteens, a);
            a = TOps.And(more, b);
            more = TOps.Xor(more, b);
            Carry(planes, count, a);
        }
        TOps.Store(planes, ones);
        TOps.Store(planes + TOps.Bytes, twos);
        TOps.Store(planes + 2 * TOps.Bytes, fours);
        TOps.Store(planes + 3 * TOps.Bytes, eights);
        TOps.Store(planes + 4 * TOps.Bytes, sixteens);
        TOps.Store(planes + 5 * TOps.Bytes, more);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Carry(byte* planes, int count, TVector carry)
    {
        byte* end = planes + count * TOps.Bytes;
        for (byte* plane = planes + Registers * TOps.Bytes; plane < end; plane += TOps.Bytes)
        {
            TVector sum = TOps.Load(plane);
            TOps.Store(plane, TOps.Xor(sum, carry));
            carry = TOps.And(sum, carry);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Adder(out TVector carry, ref TVector sum, TVector a, TVector b)
    {
        TVector before = sum;
        carry = TOps.Carry(before, a, b);
        sum = TOps.Sum(before, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Row<TUnit>(byte* rows, ushort* list, int index) where TUnit : struct, ICount => TOps.Load(rows + (nuint)list[index] * (nuint)TUnit.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sixteen<TUnit>(byte* rows, ushort* list, ref TVector ones, ref TVector twos, ref TVector fours, ref TVector eights)
        where TUnit : struct, ICount
    {
        Adder(out TVector a, ref ones, Row<TUnit>(rows, list, 0), Row<TUnit>(rows, list, 1));
        Adder(out TVector b, ref ones, Row<TUnit>(rows, list, 2), Row<TUnit>(rows, list, 3));
        Adder(out TVector c, ref twos, a, b);
        Adder(out a, ref ones, Row<TUnit>(rows, list, 4), Row<TUnit>(rows, list, 5));
        Adder(out b, ref ones, Row<TUnit>(rows, list, 6), Row<TUnit>(rows, list, 7));
        Adder(out TVector d, ref twos, a, b);
        Adder(out TVector e, ref fours, c, d);
        Adder(out a, ref ones, Row<TUnit>(rows, list, 8), Row<TUnit>(rows, list, 9));
        Adder(out b, ref ones, Row<TUnit>(rows, list, 10), Row<TUnit>(rows, list, 11));
        Adder(out c, ref twos, a, b);
        Adder(out a, ref ones, Row<TUnit>(rows, list, 12), Row<TUnit>(rows, list, 13));
        Adder(out b, ref ones, Row<TUnit>(rows, list, 14), Row<TUnit>(rows, list, 15));
        Adder(out d, ref twos, a, b);
        Adder(out TVector f, ref fours, c, d);
        Adder(out TVector sixteen, ref eights, e, f);
        return sixteen;
    }
}
