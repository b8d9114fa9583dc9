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
    /// <summary>Rows that are added at a time; lists are filled up with rows of zeros, which costs less than a branch for each 16.</summary>
    public const int Unit = 2 * Rows;

    private const int Rows = 16;

    /// <summary>Planes that live in registers.</summary>
    private const int Registers = 12;

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
        TVector p0 = TOps.Create(0), p1 = p0, p2 = p0, p3 = p0, p4 = p0, p5 = p0, p6 = p0, p7 = p0, p8 = p0, p9 = p0, p10 = p0, p11 = p0;
        if (isMore)
        {
            p0 = Plane(planes, 0);
            p1 = Plane(planes, 1);
            p2 = Plane(planes, 2);
            p3 = Plane(planes, 3);
            p4 = Plane(planes, 4);
            p5 = Plane(planes, 5);
            if (count > 6) p6 = Plane(planes, 6);
            if (count > 7) p7 = Plane(planes, 7);
            if (count > 8) p8 = Plane(planes, 8);
            if (count > 9) p9 = Plane(planes, 9);
            if (count > 10) p10 = Plane(planes, 10);
            if (count > 11) p11 = Plane(planes, 11);
        }
        else
        {
            for (int i = Registers; i < count; i++)
                TOps.Store(planes + i * TOps.Bytes, p0);
        }
        while (units > 0)
        {
            TVector a = Sixteen<TUnit>(rows, list, ref p0, ref p1, ref p2, ref p3);
            TVector b = Sixteen<TUnit>(rows, list + Rows, ref p0, ref p1, ref p2, ref p3);
            Adder(out TVector c, ref p4, a, b);
            if (units >= 2)
            {
                a = Sixteen<TUnit>(rows, list + 2 * Rows, ref p0, ref p1, ref p2, ref p3);
                b = Sixteen<TUnit>(rows, list + 3 * Rows, ref p0, ref p1, ref p2, ref p3);
                Adder(out TVector d, ref p4, a, b);
                Adder(out a, ref p5, c, d);
                units -= 2;
                list += 2 * Unit;
            }
            else
            {
                Half(ref p5, ref c);
                a = c;
                units--;
            }
            Half(ref p6, ref a);
            Half(ref p7, ref a);
            Half(ref p8, ref a);
            Half(ref p9, ref a);
            Half(ref p10, ref a);
            Half(ref p11, ref a);
            for (int i = Registers; i < count; i++)
            {
                TVector plane = Plane(planes, i);
                Half(ref plane, ref a);
                TOps.Store(planes + i * TOps.Bytes, plane);
            }
        }
        TOps.Store(planes, p0);
        TOps.Store(planes + TOps.Bytes, p1);
        TOps.Store(planes + 2 * TOps.Bytes, p2);
        TOps.Store(planes + 3 * TOps.Bytes, p3);
        TOps.Store(planes + 4 * TOps.Bytes, p4);
        TOps.Store(planes + 5 * TOps.Bytes, p5);
        if (count > 6) TOps.Store(planes + 6 * TOps.Bytes, p6);
        if (count > 7) TOps.Store(planes + 7 * TOps.Bytes, p7);
        if (count > 8) TOps.Store(planes + 8 * TOps.Bytes, p8);
        if (count > 9) TOps.Store(planes + 9 * TOps.Bytes, p9);
        if (count > 10) TOps.Store(planes + 10 * TOps.Bytes, p10);
        if (count > 11) TOps.Store(planes + 11 * TOps.Bytes, p11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Plane(byte* planes, int index) => TOps.Load(planes + index * TOps.Bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Half(ref TVector sum, ref TVector carry)
    {
        TVector before = sum;
        sum = TOps.Xor(before, carry);
        carry = TOps.And(before, carry);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Adder(out TVector carry, ref TVector sum, TVector a, TVector b)
    {
        sum = TOps.Sum(sum, a, b);
        carry = TOps.CarryOfSum(sum, a, b); // in the place of a: nothing has to be copied
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
