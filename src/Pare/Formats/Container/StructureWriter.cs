using System.Text;

namespace Pare.Formats.Container;

/// <summary>Collects a structure section: numbers, and references to strings in the order in which they are first used.</summary>
internal sealed class StructureWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MemoryStream _body = new();
    private readonly MemoryStream _table = new();
    private readonly Dictionary<string, int> _strings = new(StringComparer.Ordinal) { [""] = 1 };

    /// <summary>Writes a byte.</summary>
    public void Byte(int value) => _body.WriteByte(checked((byte)value));

    /// <summary>Writes bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => _body.Write(bytes);

    /// <summary>Writes an unsigned number, 7 bits a byte, the lowest first; all but the last byte have the highest bit set.</summary>
    public void Number(ulong value)
    {
        for (; value >= 128; value >>= 7) _body.WriteByte((byte)(value | 128));
        _body.WriteByte((byte)value);
    }

    /// <summary>Writes a length.</summary>
    public void Count(int value) => Number((ulong)value);

    /// <summary>Writes a signed number: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...</summary>
    public void Signed(long value) => Number((ulong)(value << 1 ^ value >> 63));

    /// <summary>Writes a reference to a string: 0 is the next one of the table, n + 1 is string n, of which 0 is the empty one.</summary>
    /// <param name="text">The string.</param>
    /// <param name="reserved">How many numbers before those mean something else.</param>
    /// <exception cref="ModelException">The string is no valid Unicode.</exception>
    public void Text(string text, int reserved = 0)
    {
        if (!_strings.TryGetValue(text, out int reference))
        {
            _strings[text] = _strings.Count + 1;
            WriteToTable(text);
        }
        Number((ulong)(reserved + reference));
    }

    /// <summary>Writes a fixed shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="parent">The shape that the number 0 stands for, or null.</param>
    public void FixedShape(Shape shape, Shape? parent)
    {
        if (shape.Equals(parent))
        {
            Byte(0);
            return;
        }
        Count(shape.Rank + 1);
        foreach (int length in shape.Fixed) Count(length);
    }

    /// <summary>Writes a shape whose lengths may be linear forms of names.</summary>
    public void OpenShape(Shape shape)
    {
        Count(shape.Rank);
        foreach (Dim dim in shape)
        {
            if (dim.IsKnown)
            {
                Number((ulong)dim.Value << 1);
                continue;
            }
            Number((ulong)dim.Terms.Length << 1 | 1);
            Signed(dim.Constant);
            foreach ((string name, long factor) in dim.Terms)
            {
                Text(name);
                Signed(factor);
            }
        }
    }

    /// <summary>The section: the table of strings, then everything else.</summary>
    public byte[] ToArray()
    {
        _table.WriteByte(0);
        return [.. _table.ToArray(), .. _body.ToArray()];
    }

    /// <summary>UTF-8, ended by 0; the bytes 0 and 1 are written as 1, 2 and 1, 1.</summary>
    private void WriteToTable(string text)
    {
        try
        {
            foreach (byte value in Utf8.GetBytes(text))
            {
                if (value <= 1) _table.WriteByte(1);
                _table.WriteByte(value == 0 ? (byte)2 : value);
            }
        }
        catch (EncoderFallbackException e)
        {
            throw new ModelException($"The name '{text}' is no valid Unicode text, so it cannot be stored: rename it.", e);
        }
        _table.WriteByte(0);
    }
}
