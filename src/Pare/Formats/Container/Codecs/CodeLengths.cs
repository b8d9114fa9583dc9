namespace Pare.Formats.Container.Codecs;

/// <summary>Optimal lengths of prefix codes under a limit, and how a file stores them.</summary>
/// <remarks>Package-merge: Larmore, Hirschberg, "A fast algorithm for optimal length-limited Huffman codes", JACM 1990.</remarks>
internal static class CodeLengths
{
    /// <summary>The longest code.</summary>
    public const int Limit = 15;

    /// <summary>Code lengths of symbols, 0 where a symbol does not occur. At least two symbols occur.</summary>
    /// <returns>Null where more symbols occur than codes of at most <see cref="Limit"/> bits can tell apart.</returns>
    public static byte[]? Of(ReadOnlySpan<int> counts)
    {
        int[] symbols = ByCount(counts);
        int n = symbols.Length;
        if (n > 1 << Limit) return null;
        var isLeaf = new bool[Limit][];
        // Level by level from the longest codes: the leaves merged with pairs of the level before, in the order of weight.
        long[] weights = [];
        for (int level = 0; level < Limit; level++) (weights, isLeaf[level]) = Merge(symbols, counts, weights);
        var lengths = new byte[counts.Length];
        // The cheapest 2n - 2 items of the last level: a leaf taken there adds one bit to its code, a pair stands for two items below.
        for (int level = Limit - 1, take = 2 * n - 2; level >= 0 && take > 0; level--)
        {
            int leaves = isLeaf[level].AsSpan(0, take).Count(true);
            for (int i = 0; i < leaves; i++) lengths[symbols[i]]++;
            take = 2 * (take - leaves);
        }
        return lengths;
    }

    /// <summary>Bits of the stored table.</summary>
    public static int TableBits(int bits, ReadOnlySpan<byte> lengths)
    {
        var sizer = new Sizer();
        Walk(bits, lengths, ref sizer);
        return sizer.Bits;
    }

    /// <summary>Writes a table: see docs/container.md, "Huffman".</summary>
    public static void Write(int bits, ReadOnlySpan<byte> lengths, ref BitWriter writer)
    {
        // Two passes of one walk keep size and bytes from drifting apart; the walk writes to a list that is as short as a table.
        var items = new List<(uint Value, int Count)>();
        var sizer = new Sizer { Items = items };
        Walk(bits, lengths, ref sizer);
        foreach ((uint value, int count) in items) writer.Write(value, count);
    }

    /// <summary>Reads a table.</summary>
    /// <exception cref="ModelException">It is damaged.</exception>
    public static byte[] Read(int bits, ref BitReader reader)
    {
        var lengths = new byte[1 << bits];
        int symbol = 0, previous = Start(bits);
        for (int left = 1 << Limit; left > 0;)
        {
            if (reader.Read(1) == 0) { }
            else if (reader.Read(1) == 0) previous += reader.Read(1) == 0 ? 1 : -1;
            else if (reader.Read(1) == 0) previous = (int)reader.Read(4);
            else
            {
                symbol += reader.ReadGamma();
                if (symbol >= lengths.Length) throw new ModelException("a run in a code table leads beyond the last symbol.");
                continue;
            }
            if (symbol >= lengths.Length || previous is < 1 or > Limit || (left -= 1 << (Limit - previous)) < 0)
                throw new ModelException("the code lengths are no complete prefix code.");
            lengths[symbol++] = (byte)previous;
        }
        return lengths;
    }

    private static int Start(int bits) => Math.Min(bits, Limit);

    private static void Walk(int bits, ReadOnlySpan<byte> lengths, ref Sizer to)
    {
        int previous = Start(bits), left = 1 << Limit;
        for (int symbol = 0; left > 0; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
            {
                int run = lengths[symbol..].IndexOfAnyExcept((byte)0);
                int zeros = System.Numerics.BitOperations.Log2((uint)run);
                to.Add(0b111, 3);
                to.Add(0, zeros);
                to.Add((uint)run, zeros + 1);
                symbol += run - 1;
                continue;
            }
            if (length == previous) to.Add(0, 1);
            else if (Math.Abs(length - previous) == 1) to.Add(length > previous ? 0b100u : 0b101u, 3);
            else to.Add(0b110u << 4 | (uint)length, 7);
            previous = length;
            left -= 1 << (Limit - length);
        }
    }

    private static (long[] Weights, bool[] IsLeaf) Merge(int[] symbols, ReadOnlySpan<int> counts, long[] below)
    {
        int pairs = below.Length / 2, leaf = 0, pair = 0;
        var weights = new long[symbols.Length + pairs];
        var isLeaf = new bool[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            long pairWeight = pair < pairs ? below[2 * pair] + below[2 * pair + 1] : long.MaxValue;
            isLeaf[i] = leaf < symbols.Length && counts[symbols[leaf]] <= pairWeight;
            weights[i] = isLeaf[i] ? counts[symbols[leaf++]] : pairWeight;
            if (!isLeaf[i]) pair++;
        }
        return (weights, isLeaf);
    }

    /// <summary>The symbols that occur, the rarest first, equal ones by number.</summary>
    private static int[] ByCount(ReadOnlySpan<int> counts)
    {
        var keys = new List<long>();
        for (int symbol = 0; symbol < counts.Length; symbol++)
            if (counts[symbol] > 0) keys.Add((long)counts[symbol] << 16 | (long)symbol);
        keys.Sort();
        return [.. keys.Select(k => (int)(k & 0xFFFF))];
    }

    private struct Sizer
    {
        public int Bits;
        public List<(uint Value, int Count)>? Items;

        public void Add(uint value, int count)
        {
            Bits += count;
            Items?.Add((value, count));
        }
    }
}
