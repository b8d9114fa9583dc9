using System.Buffers.Binary;
using System.IO.Compression;

namespace Pare.Compression.Data.Readers;

/// <summary>Decompresses gzip and, unlike <see cref="GZipStream"/>, does not take a file that is cut short for a whole one.</summary>
/// <remarks>The last four bytes of a gzip file are the length of its content, modulo 2^32. Files of several members, one after another, are
/// refused.</remarks>
internal sealed class WholeGzipStream(Stream from) : ReadOnlyStream
{
    private readonly GZipStream _content = new(from, CompressionMode.Decompress);
    private long _length;

    public override int Read(Span<byte> buffer)
    {
        int read = _content.Read(buffer);
        _length += read;
        if (read == 0 && !buffer.IsEmpty)
            CheckEnd();
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }

    private void CheckEnd()
    {
        Span<byte> trailer = stackalloc byte[4];
        if (from.Length < 18)
            throw new InvalidDataException("it is cut short");
        from.Position = from.Length - 4;
        from.ReadExactly(trailer);
        uint said = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (said != (uint)_length)
            throw new InvalidDataException($"it is cut short, or has several members: {_length} bytes came, its end says {said}");
    }
}
