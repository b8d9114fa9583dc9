using Pare.Kernels;

namespace Pare.Jit.Integer;

/// <summary>How the weights of a panel lie in memory: bytes, numbers of 4 or 2 bits, or places of a table of 16.</summary>
/// <remarks>
/// Numbers of few bits come out of their bytes by a shift and a mask, at the high end: 16 or 64 times what they are, and so are the sums. Places
/// come out by a shift and a mask too, and are looked up in a register.
/// </remarks>
internal sealed class PanelWeights
{
    /// <summary>Entries of a table.</summary>
    public const int TableLength = 16;

    private static readonly PanelWeights Plain = new(8, []);

    private readonly byte[] _codes = new byte[256];     // of each byte what is stored for it

    /// <summary>Weights of some form.</summary>
    /// <param name="bits">8, 4 or 2.</param>
    /// <param name="table">The 16 numbers that places stand for; none where weights are numbers.</param>
    public PanelWeights(int bits, ValueList<int> table)
    {
        (Bits, Table) = (bits, table);
        for (int code = 0; code < _codes.Length && !HasTable; code++) _codes[code] = (byte)(code & ((1 << bits) - 1));
        for (int place = table.Count - 1; place >= 0; place--) _codes[(byte)table[place]] = (byte)place;
    }

    /// <summary>Bits of a stored weight.</summary>
    public int Bits { get; }

    /// <summary>What places stand for.</summary>
    public ValueList<int> Table { get; }

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
        return TableOf(weights) is { } table ? new PanelWeights(4, table) : Plain;
    }

    /// <summary>Puts bytes of several units into one.</summary>
    /// <param name="units">[unit][byte].</param>
    /// <param name="to">[byte]: the first unit lowest.</param>
    public void Compress(ReadOnlySpan<byte> units, Span<byte> to)
    {
        to.Clear();
        for (int unit = 0; unit < UnitsOfWord; unit++)
        {
            ReadOnlySpan<byte> from = units.Slice(unit * to.Length, to.Length);
            for (int i = 0; i < to.Length; i++) to[i] |= (byte)(_codes[from[i]] << (unit * Bits));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => HasTable ? $"table {string.Join(' ', Table)}" : $"{Bits} bits";

    // The numbers that there are, and 0, which padded channels and units have; null where they are too many.
    private static ValueList<int>? TableOf(ReadOnlySpan<sbyte> weights)
    {
        Span<bool> seen = stackalloc bool[256];
        seen.Clear();
        seen[0] = true;
        int count = 1;
        foreach (sbyte weight in weights)
        {
            ref bool known = ref seen[(byte)weight];
            if (known) continue;
            known = true;
            if (++count > TableLength) return null;
        }
        var table = new int[TableLength];
        for (int code = 0, place = 0; code < seen.Length; code++)
            if (seen[code]) table[place++] = (sbyte)code;
        return [.. table];
    }

    private static double Bias(KernelQuery query)
    {
        double most = 0;
        if (query.Constant(2) is { } bias)
            foreach (int number in bias.As<int>()) most = Math.Max(most, Math.Abs((double)number));
        return most;
    }
}
