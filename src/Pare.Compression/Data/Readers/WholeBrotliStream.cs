using System.Buffers;
using System.IO.Compression;

namespace Pare.Compression.Data.Readers;

/// <summary>Decompresses Brotli and, unlike <see cref="BrotliStream"/>, does not take a file that is cut short for a whole one.</summary>
internal sealed class WholeBrotliStream(Stream from) : ReadOnlyStream
{
    private readonly byte[] _input = new byte[1 << 16];
    private BrotliDecoder _decoder;
    private int _start, _end;
    private bool _done;

    public override int Read(Span<byte> buffer)
    {
        while (!_done && !buffer.IsEmpty)
        {
            OperationStatus status = _decoder.Decompress(_input.AsSpan(_start.._end), buffer, out int consumed, out int written);
            _start += consumed;
            _done = status == OperationStatus.Done;
            if (status == OperationStatus.InvalidData)
                throw new InvalidDataException("invalid Brotli data");
            if (written > 0)
                return written;
            if (status == OperationStatus.NeedMoreData)
                Refill();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        if (disposing)
            from.Dispose();
        base.Dispose(disposing);
    }

    private void Refill()
    {
        int rest = _end - _start;
        _input.AsSpan(_start.._end).CopyTo(_input);
        int read = from.Read(_input.AsSpan(rest));
        if (read == 0)
            throw new InvalidDataException("it is cut short");
        (_start, _end) = (0, rest + read);
    }
}
