namespace Pare.Formats.Container;

/// <summary>Packs a structure section: a binary arithmetic coder driven by <see cref="StructureModel"/>.</summary>
/// <remarks>Own rather than Brotli or Deflate: their bytes depend on library version and processor, and lack a dictionary for a few hundred bytes.</remarks>
internal static class StructureCoder
{
    /// <summary>Longer sections are stored as they are.</summary>
    public const int MostUnpacked = 1 << 22;

    /// <summary>The longest section that a packed one of that size may become.</summary>
    public static long Limit(long packed) => Math.Min(MostUnpacked, (1 << 16) + 64 * packed);

    /// <summary>The packed form, or null where it would be no smaller, or beyond what a reader accepts.</summary>
    public static byte[]? Pack(ReadOnlySpan<byte> plain)
    {
        if (plain.Length > MostUnpacked) return null;
        var model = new StructureModel();
        var packed = new List<byte>(plain.Length / 2);
        uint low = 0, high = uint.MaxValue;
        foreach (byte value in plain)
            for (int bit = 7; bit >= 0; bit--)
            {
                int next = value >> bit & 1;
                uint middle = Middle(low, high, model.Chance);
                if (next == 1) high = middle;
                else low = middle + 1;
                for (; (low ^ high) >> 24 == 0; low <<= 8, high = high << 8 | 255) packed.Add((byte)(high >> 24));
                model.Update(next);
            }
        // The shortest bytes that lie between low and high with zeros behind them, which a reader supplies.
        if (low > 0) packed.Add((byte)((low >> 24) + 1));
        while (packed.Count > 0 && packed[^1] == 0) packed.RemoveAt(packed.Count - 1);
        return packed.Count < plain.Length && plain.Length <= Limit(packed.Count) ? [.. packed] : null;
    }

    /// <summary>Unpacks <paramref name="length"/> bytes, at most <see cref="Limit"/>.</summary>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, int length)
    {
        var model = new StructureModel();
        var plain = new byte[length];
        uint low = 0, high = uint.MaxValue, code = 0;
        int at = 0;
        for (int i = 0; i < 4; i++) code = code << 8 | Next(packed, ref at);
        foreach (ref byte value in plain.AsSpan())
            for (int bit = 0; bit < 8; bit++)
            {
                uint middle = Middle(low, high, model.Chance);
                int next = code <= middle ? 1 : 0;
                if (next == 1) high = middle;
                else low = middle + 1;
                for (; (low ^ high) >> 24 == 0; low <<= 8, high = high << 8 | 255) code = code << 8 | Next(packed, ref at);
                model.Update(next);
                value = (byte)(value << 1 | next);
            }
        return plain;
    }

    private static uint Middle(uint low, uint high, int chance) => low + (uint)((ulong)(high - low) * (uint)chance >> 12);

    private static uint Next(ReadOnlySpan<byte> packed, ref int at) => at < packed.Length ? packed[at++] : 0u;
}
