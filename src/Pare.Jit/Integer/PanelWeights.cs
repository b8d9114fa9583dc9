using Pare.Kernels;

namespace Pare.Jit.Integer;

/// <summary>How the weights of a panel lie in memory: bytes, numbers of 4 or 2 bits, or places of a table of 16.</summary>
/// <remarks>
/// Numbers of few bits come out of their bytes by a shift and a mask, at the high end: 16 or 64 times what they are, and so are the sums. Places
/// come out by a shift and a mask too, and are looked up in a register.
/// </remarks>
/// <param name="Bits">8, 4 or 2.</param>
/// <param name="Table">The 16 numbers that places stand for; none where weights are numbers.</param>
internal sealed record PanelWeights(int Bits, ValueList<int> Table)
{
    private const int Places = 16;
    private static readonly PanelWeights Plain = new(8, []);

    /// <summary>Bytes as they are.</summary>
    public bool IsPlain => Bits == 8;

    /// <summary>Whether weights are places of a table.</summary>
    public bool HasTable => Table.Count > 0;

    /// <summary>Units of a run whose weights lie in one.</summary>
    public int UnitsOfWord => 8 / Bits;

    /// <summary>Sums are 2 to this power times as large.</summary>
    public int SumShift => HasTable ? 0 : 8 - Bits;

    /// <summary>The narrowest form for the weights of a node: an I8 constant, of whose sums the plan knows that they fit in 32 bits.</summary>
    public static PanelWeights Of(KernelQuery query)
    {
        ReadOnlySpan<sbyte> weights = query.Constant(1)!.As<sbyte>();
        // |x - zero| is 255 at most.
        double ofWindow = 255.0 * weights.Length / query.Outputs[0].Shape.Fixed[^1], bias = Bias(query);
        bool Fits(int bits, int bound) => (ofWindow * bound + bias) * (1 << (8 - bits)) < int.MaxValue;
        if (!weights.ContainsAnyExceptInRange<sbyte>(-2, 1) && Fits(2, 2)) return new PanelWeights(2, []);
        if (!weights.ContainsAnyExceptInRange<sbyte>(-8, 7) && Fits(4, 8)) return new PanelWeights(4, []);
        var seen = new SortedSet<int>();
        foreach (sbyte weight in weights)
            if (seen.Add(weight) && seen.Count > Places) return Plain;
        seen.Add(0);            // of padded channels and units
        return seen.Count > Places ? Plain : new PanelWeights(4, [.. seen, .. Enumerable.Repeat(0, Places - seen.Count)]);
    }

    /// <summary>Puts bytes of several units into one.</summary>
    /// <param name="units">[unit][byte].</param>
    /// <param name="to">[byte]: the first unit lowest.</param>
    public void Compress(ReadOnlySpan<byte> units, Span<byte> to)
    {
        to.Clear();
        for (int i = 0; i < units.Length; i++)
        {
            int number = HasTable ? PlaceOf((sbyte)units[i]) : units[i] & ((1 << Bits) - 1);
            to[i % to.Length] |= (byte)(number << (i / to.Length * Bits));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => HasTable ? $"table {string.Join(' ', Table)}" : $"{Bits} bits";

    private int PlaceOf(int number)
    {
        int place = 0;
        while (Table[place] != number) place++;
        return place;
    }

    private static double Bias(KernelQuery query)
    {
        double most = 0;
        if (query.Constant(2) is { } bias)
            foreach (int number in bias.As<int>()) most = Math.Max(most, Math.Abs((double)number));
        return most;
    }
}
