using System.Runtime.CompilerServices;

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
    /// <param name="list">Offsets of rows in bytes.</param>
    /// <param name="units">How many times <see cref="Unit"/> rows.</param>
    /// <param name="planes">The sums, a vector for each plane.</param>
    /// <param name="count">How many planes, at least 6; sums fit into them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(byte* rows, uint* list, int units, byte* planes, int count)
    {
        TOps.Require();
        TVector zero = TOps.Create(0), ones = zero, twos = zero, fours = zero, eights = zero, sixteens = zero, more = zero;
        for (int i = Registers; i < count; i++)
            TOps.Store(planes + i * TOps.Bytes, zero);
        for (; units >= 4; units -= 4, list += 4 * Unit)
        {
            TVector a = Sixteen(rows, list, ref ones, ref twos, ref fours, ref eights);
            TVector b = Sixteen(rows, list + Unit, ref ones, ref twos, ref fours, ref eights);
            Adder(out TVector c, ref sixteens, a, b);
            a = Sixteen(rows, list + 2 * Unit, ref ones, ref twos, ref fours, ref eights);
            b = Sixteen(rows, list + 3 * Unit, ref ones, ref twos, ref fours, ref eights);
            Adder(out TVector d, ref sixteens, a, b);
            Adder(out a, ref more, c, d);
            Carry(planes, count, a);
        }
        for (; units > 0; units--, list += Unit)
        {
            TVector a = Sixteen(rows, list, ref ones, ref twos, ref fours, ref eights);
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
    private static TVector Row(byte* rows, uint* list, int index) => TOps.Load(rows + list[index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sixteen(byte* rows, uint* list, ref TVector ones, ref TVector twos, ref TVector fours, ref TVector eights)
    {
        Adder(out TVector a, ref ones, Row(rows, list, 0), Row(rows, list, 1));
        Adder(out TVector b, ref ones, Row(rows, list, 2), Row(rows, list, 3));
        Adder(out TVector c, ref twos, a, b);
        Adder(out a, ref ones, Row(rows, list, 4), Row(rows, list, 5));
        Adder(out b, ref ones, Row(rows, list, 6), Row(rows, list, 7));
        Adder(out TVector d, ref twos, a, b);
        Adder(out TVector e, ref fours, c, d);
        Adder(out a, ref ones, Row(rows, list, 8), Row(rows, list, 9));
        Adder(out b, ref ones, Row(rows, list, 10), Row(rows, list, 11));
        Adder(out c, ref twos, a, b);
        Adder(out a, ref ones, Row(rows, list, 12), Row(rows, list, 13));
        Adder(out b, ref ones, Row(rows, list, 14), Row(rows, list, 15));
        Adder(out d, ref twos, a, b);
        Adder(out TVector f, ref fours, c, d);
        Adder(out TVector sixteen, ref eights, e, f);
        return sixteen;
    }
}
