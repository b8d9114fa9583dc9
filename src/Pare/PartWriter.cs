namespace Pare;

/// <summary>What an encoding writes itself to: named numbers, codes and children. Entropy coding happens per part, behind this.</summary>
public abstract class PartWriter
{
    /// <summary>Writes an integer.</summary>
    public abstract void Integer(string name, long value);

    /// <summary>Writes unsigned symbols of a known width; the part codec may entropy-code them.</summary>
    /// <param name="name">Unique in the encoding.</param>
    /// <param name="bits">Width of a symbol, 1 to 16.</param>
    /// <param name="symbols">The symbols.</param>
    public abstract void Symbols(string name, int bits, ReadOnlySpan<ushort> symbols);

    /// <summary>Bits that symbols of these counts would take, so that an encoding can choose among ways to write itself.</summary>
    /// <param name="bits">Width of a symbol.</param>
    /// <param name="counts">How often each symbol occurs; at most 2^<paramref name="bits"/> entries.</param>
    public virtual long SymbolCost(int bits, ReadOnlySpan<int> counts)
    {
        long total = 0;
        foreach (int count in counts) total += count;
        return total * bits;
    }

    /// <summary>Writes floats, exactly.</summary>
    public abstract void Floats(string name, ReadOnlySpan<float> values);

    /// <summary>Writes a child encoding.</summary>
    public abstract void Child(string name, WeightEncoding child);
}

/// <summary>Reads back what a <see cref="PartWriter"/> wrote, by the same names in the same order. Every length is checked against the file.</summary>
public abstract class PartReader
{
    /// <summary>Shape of the logical weight that is read; it is written once for each encoding, by the container.</summary>
    public abstract Shape Shape { get; }

    /// <summary>How many numbers the logical weight has.</summary>
    public int Length => checked((int)Shape.Elements);

    /// <summary>Reads an integer of a range.</summary>
    /// <exception cref="ModelException">It is missing or out of range.</exception>
    public abstract long Integer(string name, long least, long most);

    /// <summary>Reads symbols.</summary>
    /// <param name="name">The name written.</param>
    /// <param name="bits">The width written.</param>
    /// <param name="most">How many symbols there can be at most; a file that says more is refused before anything is allocated.</param>
    /// <exception cref="ModelException">They are missing or too many.</exception>
    public abstract ushort[] Symbols(string name, int bits, int most);

    /// <summary>Reads exactly <paramref name="count"/> floats.</summary>
    /// <exception cref="ModelException">They are missing or as many as not expected.</exception>
    public abstract float[] Floats(string name, int count);

    /// <summary>Reads a child encoding of at most <paramref name="most"/> numbers.</summary>
    /// <exception cref="ModelException">It is missing, of an unknown kind, or too large.</exception>
    public abstract WeightEncoding Child(string name, int most);

    /// <summary>An error that says where in the file.</summary>
    public abstract ModelException Fail(string message);
}
