using System.Buffers;
using System.Runtime.InteropServices;
using Pare.Formats.Container.Codecs;

namespace Pare.Formats.Container;

/// <summary>The four bytes of floats as four parts of 8-bit symbols: plane 3 is sign and high exponent, plane 0 the lowest bits.</summary>
internal static class FloatPlanes
{
    /// <summary>How many planes a float has.</summary>
    public const int Count = 4;

    /// <summary>Floats of fewer are not worth four tables.</summary>
    private const int Fewest = 16;

    /// <summary>Bytes of the structure section that each coded plane takes, about.</summary>
    private const int Overhead = 3;

    /// <summary>Plans of planes 3, 2, 1, 0, or null where the floats are stored as they are.</summary>
    public static CodecPlan[]? Plan(Catalog<PartCodec> codecs, ReadOnlySpan<float> values, Allowance allowance)
    {
        if (values.Length < Fewest || codecs.Count == 1) return null;
        var counts = new int[Count][];
        for (int plane = 0; plane < Count; plane++) counts[plane] = new int[256];
        int[] c0 = counts[0], c1 = counts[1], c2 = counts[2], c3 = counts[3];
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(values))
        {
            c0[bits & 255]++;
            c1[bits >> 8 & 255]++;
            c2[bits >> 16 & 255]++;
            c3[bits >> 24]++;
        }
        var plans = new CodecPlan[Count];
        Allowance planned = allowance.Copy();
        long bytes = 0;
        for (int i = 0; i < Count; i++)
        {
            plans[i] = CodecCatalog.Smallest(codecs, 8, counts[Count - 1 - i], planned.Free);
            planned.Take(plans[i]);
            bytes += plans[i].Bytes + Overhead;
        }
        return bytes < 4L * values.Length ? plans : null;
    }

    /// <summary>Writes the planes.</summary>
    public static void Write(CodecPlan[] plans, ReadOnlySpan<float> values, PayloadOutput output)
    {
        ushort[] symbols = ArrayPool<ushort>.Shared.Rent(values.Length);
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        for (int i = 0; i < Count; i++)
        {
            int shift = 8 * (Count - 1 - i);
            for (int k = 0; k < bits.Length; k++) symbols[k] = (byte)(bits[k] >> shift);
            output.Write(plans[i], symbols.AsSpan(0, values.Length));
        }
        ArrayPool<ushort>.Shared.Return(symbols);
    }

    /// <summary>Puts plane <paramref name="i"/> of the file into the floats.</summary>
    public static void Merge(int i, ReadOnlySpan<ushort> symbols, Span<float> values)
    {
        int shift = 8 * (Count - 1 - i);
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        for (int k = 0; k < bits.Length; k++) bits[k] |= (uint)symbols[k] << shift;
    }
}
