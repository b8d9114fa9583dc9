using System.Numerics;
using System.Runtime.InteropServices;

namespace Pare.Inspection;

/// <summary>The different numbers seen so far, until there are more than <see cref="WeightStatistics.MostDistinct"/>.</summary>
internal sealed class DistinctValues
{
    private const int Smallest = 1 << 10;
    private const uint NegativeZero = 0x8000_0000, NaN = 0x7FC0_0000, Infinity = 0x7F80_0000;

    private uint[] _table = new uint[Smallest]; // bits of the numbers, open addressing; 0 is an empty place
    private int _inTable;
    private bool _zero;

    /// <summary>How many; null for too many.</summary>
    public int? Count => _table.Length > 0 && _inTable + (_zero ? 1 : 0) is <= WeightStatistics.MostDistinct and int count ? count : null;

    /// <summary>Adds numbers.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        if (_table.Length == 0) return;
        uint last = 0;
        bool zero = false;
        foreach (uint raw in MemoryMarshal.Cast<float, uint>(values))
        {
            uint bits = raw;
            if ((bits & ~NegativeZero) == 0)
            {
                zero = true;
                continue;
            }
            if (bits == last) continue;
            last = bits;
            if ((bits & ~NegativeZero) > Infinity) bits = NaN;
            if (!Insert(bits)) return;
        }
        _zero |= zero;
    }

    /// <summary>Adds what another has seen.</summary>
    public void Add(DistinctValues other)
    {
        if (other._table.Length == 0) _table = [];
        if (_table.Length == 0) return;
        _zero |= other._zero;
        foreach (uint bits in other._table)
            if (bits != 0 && !Insert(bits)) return;
    }

    /// <summary>False where it became too many, which is final.</summary>
    private bool Insert(uint bits)
    {
        int mask = _table.Length - 1, at = Place(bits, mask);
        for (; _table[at] != 0; at = (at + 1) & mask)
            if (_table[at] == bits) return true;
        _table[at] = bits;
        if (++_inTable + (_zero ? 1 : 0) > WeightStatistics.MostDistinct)
        {
            _table = [];
            return false;
        }
        if (_inTable * 2 > _table.Length) Grow();
        return true;
    }

    private void Grow()
    {
        uint[] old = _table;
        _table = new uint[old.Length * 4];
        int mask = _table.Length - 1;
        foreach (uint bits in old)
        {
            if (bits == 0) continue;
            int at = Place(bits, mask);
            while (_table[at] != 0) at = (at + 1) & mask;
            _table[at] = bits;
        }
    }

    // Fibonacci hashing: the high bits of the product are well mixed.
    private static int Place(uint bits, int mask) => (int)((bits * 2_654_435_769u) >> (32 - BitOperations.PopCount((uint)mask)));
}
