namespace Pare.Encodings;

// Gaps in a file: with symbols of w bits and filler F = 2^w - 1,
//   symbol F          skips F positions and stores no number,
//   symbol g below F  skips g positions and stores a number at the next one.
public sealed partial class Sparse
{
    /// <summary>Index widths above this one in the file mean: the width was chosen by the user, and is to be kept.</summary>
    private const int Fixed = 16;

    /// <inheritdoc/>
    public override void Write(PartWriter parts)
    {
        int bits = IndexBits ?? CheapestWidth(parts);
        parts.Integer("width", IndexBits is null ? bits : bits + Fixed);
        parts.Child("values", Values);
        int filler = (1 << bits) - 1;
        using var symbols = new Rented<ushort>(SymbolCount(filler));
        WriteGaps(filler, symbols.Span);
        parts.Symbols("gaps", bits, symbols.Span);
    }

    private static Sparse Read(PartReader r)
    {
        int width = (int)r.Integer("width", 1, 2 * Fixed);
        int bits = width > Fixed ? width - Fixed : width;
        WeightEncoding values = r.Child("values", r.Length);
        if (values.Shape.Rank != 1) throw r.Fail($"the values have the shape {values.Shape}, it must be [n].");
        ushort[] symbols = r.Symbols("gaps", bits, r.Length);
        int[] positions = ReadGaps(r, symbols, (1 << bits) - 1, values.Length);
        return new Sparse(r.Shape, positions, values, width > Fixed ? bits : null, isChecked: true);
    }

    private int SymbolCount(int filler)
    {
        long count = _positions.Length;
        int next = 0;
        foreach (int position in _positions)
        {
            count += (position - next) / filler;
            next = position + 1;
        }
        return checked((int)count);
    }

    private void WriteGaps(int filler, Span<ushort> symbols)
    {
        int at = 0, next = 0;
        foreach (int position in _positions)
        {
            int gap = position - next;
            for (; gap >= filler; gap -= filler) symbols[at++] = (ushort)filler;
            symbols[at++] = (ushort)gap;
            next = position + 1;
        }
    }

    private static int[] ReadGaps(PartReader r, ReadOnlySpan<ushort> symbols, int filler, int count)
    {
        if (symbols.Length < count) throw r.Fail($"{symbols.Length} gaps for {count} values.");
        var positions = new int[count];
        long next = 0;
        int at = 0, length = r.Length;
        foreach (ushort symbol in symbols)
        {
            next += symbol;
            if (symbol == filler) continue;
            if (at == count || next >= length) throw r.Fail($"the gaps lead to position {next} with {at} of {count} values stored, beyond the weight's end.");
            positions[at++] = (int)next++;
        }
        return at == count ? positions : throw r.Fail($"the gaps store {at} values, {count} are given.");
    }

    /// <summary>The width whose symbols take the fewest bits behind the writer's entropy coding; the narrowest of equals.</summary>
    private int CheapestWidth(PartWriter parts)
    {
        SortedDictionary<int, int> gaps = CountGaps();
        int best = 1;
        long least = long.MaxValue;
        for (int bits = 1; bits <= 16; bits++)
        {
            int filler = (1 << bits) - 1;
            var counts = new int[filler + 1];
            long fillers = 0;
            foreach ((int gap, int count) in gaps)
            {
                fillers += (long)(gap / filler) * count;
                counts[gap % filler] += count;
            }
            counts[filler] = (int)fillers;
            long cost = parts.SymbolCost(bits, counts);
            if (cost < least) (least, best) = (cost, bits);
            if (fillers == 0) break; // wider symbols are the same symbols
        }
        return best;
    }

    private SortedDictionary<int, int> CountGaps()
    {
        const int Common = 1 << 12;
        var common = new int[Common];
        var gaps = new SortedDictionary<int, int>();
        int next = 0;
        foreach (int position in _positions)
        {
            int gap = position - next;
            next = position + 1;
            if (gap < Common) common[gap]++;
            else gaps[gap] = gaps.GetValueOrDefault(gap) + 1;
        }
        for (int gap = 0; gap < Common; gap++)
            if (common[gap] > 0) gaps[gap] = common[gap];
        return gaps;
    }
}
