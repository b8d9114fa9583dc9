using System.Buffers;
using System.Runtime.InteropServices;

namespace Pare.Formats.Container;

/// <summary>The data section while it is written: counts bytes and keeps the checksum.</summary>
internal sealed class PayloadOutput(Stream stream, CancellationToken cancel)
{
    private const int Block = 1 << 20;

    /// <summary>Bytes written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>CRC-32C of them.</summary>
    public uint Checksum { get; private set; }

    /// <summary>Writes bytes, in blocks so that cancelling does not wait for a large weight.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(Block, bytes.Length)..])
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> block = bytes[..Math.Min(Block, bytes.Length)];
            stream.Write(block);
            Checksum = Crc32C.Append(Checksum, block);
            Bytes += block.Length;
        }
    }

    /// <summary>Writes symbols as planned.</summary>
    public void Write(Codecs.CodecPlan plan, ReadOnlySpan<ushort> symbols)
    {
        byte[] payload = ArrayPool<byte>.Shared.Rent(plan.Bytes);
        payload.AsSpan(0, plan.Bytes).Clear();
        plan.Codec.Encode(plan, symbols, payload.AsSpan(0, plan.Bytes));
        Write(payload.AsSpan(0, plan.Bytes));
        ArrayPool<byte>.Shared.Return(payload);
    }

    /// <summary>Writes floats, little-endian.</summary>
    public void Write(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i += Block) Write(MemoryMarshal.AsBytes(values.Slice(i, Math.Min(Block, values.Length - i))));
    }
}
