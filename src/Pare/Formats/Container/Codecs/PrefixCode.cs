namespace Pare.Formats.Container.Codecs;

/// <summary>A canonical prefix code: codes of a length are consecutive, in the order of symbols, after those of shorter lengths.</summary>
internal sealed class PrefixCode
{
    /// <summary>Codes up to this length are found by one look into a table that stays in the first-level cache.</summary>
    private const int FastBits = 11;

    private readonly uint[] _fast = new uint[1 << FastBits]; // symbol << 4 | length; 0 where the code is longer
    private readonly ushort[] _symbols;                      // by length, then symbol
    private readonly uint[] _end = new uint[CodeLengths.Limit + 2];   // codes of a length, aligned to 15 bits, lie below this
    private readonly int[] _offset = new int[CodeLengths.Limit + 2];  // symbol index = (code >> (15 - length)) + offset

    /// <summary>Prepares decoding.</summary>
    /// <param name="lengths">A complete code: the sum of 2^-length is 1.</param>
    public PrefixCode(ReadOnlySpan<byte> lengths)
    {
        _symbols = new ushort[lengths.Length - lengths.Count((byte)0)];
        int at = 0;
        uint code = 0; // aligned to 15 bits
        for (int length = 1; length <= CodeLengths.Limit; length++)
        {
            int shift = CodeLengths.Limit - length;
            _offset[length] = at - (int)(code >> shift);
            for (int symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != length) continue;
                if (length <= FastBits)
                    _fast.AsSpan((int)(code >> (CodeLengths.Limit - FastBits)), 1 << (FastBits - length)).Fill((uint)symbol << 4 | (uint)length);
                _symbols[at++] = (ushort)symbol;
                code += 1u << shift;
            }
            _end[length] = code;
        }
    }

    /// <summary>The code of each symbol.</summary>
    public static uint[] Assign(ReadOnlySpan<byte> lengths)
    {
        var codes = new uint[lengths.Length];
        uint code = 0;
        for (int length = 1; length <= CodeLengths.Limit; length++, code <<= 1)
            for (int symbol = 0; symbol < lengths.Length; symbol++)
                if (lengths[symbol] == length) codes[symbol] = code++;
        return codes;
    }

    /// <summary>Decodes as many symbols as <paramref name="symbols"/> takes.</summary>
    /// <exception cref="ModelException">The bits end before.</exception>
    public void Decode(ref BitReader reader, Span<ushort> symbols)
    {
        ReadOnlySpan<uint> fast = _fast;
        long position = reader.Position, end = reader.End;
        int i = 0;
        while (i < symbols.Length)
        {
            if (position > end) throw new ModelException($"the codes end after {i} of {symbols.Length} symbols.");
            reader.Position = position;
            ulong window = reader.Window;
            // 57 bits hold at least three codes.
            for (int k = Math.Min(3, symbols.Length - i); k > 0; k--)
            {
                uint entry = fast[(int)(window >> (64 - FastBits))];
                if (entry == 0) entry = Long((uint)(window >> (64 - CodeLengths.Limit)));
                int length = (int)(entry & 15);
                symbols[i++] = (ushort)(entry >> 4);
                window <<= length;
                position += length;
            }
        }
        reader.Position = position;
    }

    private uint Long(uint code)
    {
        int length = FastBits + 1;
        while (code >= _end[length]) length++;
        return (uint)_symbols[(int)(code >> (CodeLengths.Limit - length)) + _offset[length]] << 4 | (uint)length;
    }
}
