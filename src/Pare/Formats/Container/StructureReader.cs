using System.Text;

namespace Pare.Formats.Container;

/// <summary>Reads what a <see cref="StructureWriter"/> collected. Every count is held against the bytes that are left.</summary>
internal sealed class StructureReader
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _bytes;
    private readonly List<string> _strings = [""];
    private int _at;
    private int _seen = 1; // strings that were referred to so far

    public StructureReader(byte[] bytes)
    {
        _bytes = bytes;
        while (ReadFromTable() is { Length: > 0 } text) _strings.Add(text);
    }

    /// <summary>Bytes that are left.</summary>
    public int Left => _bytes.Length - _at;

    /// <summary>An error that says where.</summary>
    public ModelException Fail(string message) => new($"The .pare file is damaged: byte {_at} of its structure section: {message}");

    /// <summary>Reads a byte.</summary>
    public int Byte() => _at < _bytes.Length ? _bytes[_at++] : throw Fail("it ends too early.");

    /// <summary>Reads bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > Left) throw Fail($"{count} bytes are announced, {Left} are left.");
        _at += count;
        return _bytes.AsSpan(_at - count, count);
    }

    /// <summary>Reads an unsigned number.</summary>
    public ulong Number(ulong most)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            int next = Byte();
            if (shift == 63 && next > 1) throw Fail("a number has more than 64 bits.");
            value |= (ulong)(next & 127) << shift;
            if (next < 128) break;
        }
        return value <= most ? value : throw Fail($"the number {value} is over the limit of {most}.");
    }

    /// <summary>Reads a length of things that take at least a byte each here.</summary>
    public int Count() => (int)Number((ulong)Left);

    /// <summary>Reads a length that is at most <paramref name="most"/>.</summary>
    public int Count(int most) => (int)Number((ulong)most);

    /// <summary>Reads a signed number.</summary>
    public long Signed()
    {
        ulong value = Number(ulong.MaxValue);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads a reference to a string, or null where it is one of the <paramref name="reserved"/> numbers, which is given out.</summary>
    public string? Text(int reserved, out int special)
    {
        special = Count(_strings.Count + reserved);
        if (special < reserved) return null;
        int reference = special - reserved;
        if (reference > 0) return _strings[reference - 1];
        return _seen < _strings.Count ? _strings[_seen++] : throw Fail("a string is missing in the table.");
    }

    /// <summary>Reads a reference to a string.</summary>
    public string Text() => Text(0, out _)!;

    /// <summary>Reads a fixed shape of at most <paramref name="most"/> elements, below 2^31.</summary>
    public Shape FixedShape(Shape? parent, int most)
    {
        int code = Count(MostAxes + 1);
        if (code == 0) return parent ?? throw Fail("a shape is the same as that of no parent.");
        var dims = new int[code - 1];
        long elements = 1;
        foreach (ref int dim in dims.AsSpan())
        {
            dim = Count(int.MaxValue);
            elements *= Math.Max(dim, 1); // a length of 0 does not excuse the others; both factors are below 2^31
            if (elements > most) throw Fail($"a shape [{string.Join(", ", dims)}] has more than {most} elements.");
        }
        return Shape.Of(dims);
    }

    /// <summary>Reads a shape whose lengths may be linear forms of names.</summary>
    public Shape OpenShape()
    {
        var dims = new Dim[Count(MostAxes)];
        foreach (ref Dim dim in dims.AsSpan())
        {
            ulong code = Number(ulong.MaxValue);
            if ((code & 1) == 0)
            {
                if (code >> 1 > int.MaxValue) throw Fail($"a length is {code >> 1}.");
                dim = (long)(code >> 1);
                continue;
            }
            if (code >> 1 > MostTerms) throw Fail($"a length has {code >> 1} terms, over the limit of {MostTerms}.");
            dim = Signed();
            for (ulong i = 0; i < code >> 1; i++) dim += Dim.Named(Text()) * Signed();
            if (dim.IsKnown) throw Fail("a length of names has no names.");
        }
        return new Shape(dims);
    }

    /// <summary>The most axes of a shape in a file.</summary>
    private const int MostAxes = 32;

    /// <summary>The most names that a length may depend on.</summary>
    private const int MostTerms = 32;

    private string ReadFromTable()
    {
        int start = _at;
        bool isEscaped = false;
        while (Byte() is var value and not 0) isEscaped |= value == 1;
        ReadOnlySpan<byte> text = _bytes.AsSpan(start, _at - start - 1);
        try
        {
            return Utf8.GetString(isEscaped ? Unescape(text) : text);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelException($"The .pare file is damaged: string {_strings.Count} of its structure section is not UTF-8.", e);
        }
    }

    private byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var plain = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != 1) plain.Add(text[i]);
            else if (++i < text.Length && text[i] is 1 or 2) plain.Add((byte)(text[i] & 1));
            else throw Fail("an escape in a string is cut off or unknown.");
        }
        return [.. plain];
    }
}
