using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pare.Formats.Container.Codecs;

namespace Pare.Formats.Container;

/// <summary>A stream that is read once from front to back; memory is only taken for bytes that are there.</summary>
internal sealed class PayloadInput(Stream stream, CancellationToken cancel)
{
    /// <summary>Where the length of a stream is not known, memory grows from this with what arrives.</summary>
    private const int Block = 1 << 20;

    /// <summary>Bytes read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>CRC-32C of the bytes since <see cref="StartChecksum"/>.</summary>
    public uint Checksum { get; private set; }

    /// <summary>Starts a new checksum.</summary>
    public void StartChecksum() => Checksum = 0;

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="ModelException">The file ends before.</exception>
    public void Read(Span<byte> destination)
    {
        cancel.ThrowIfCancellationRequested();
        int got = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        Bytes += got;
        if (got < destination.Length) throw CutOff(destination.Length);
        Checksum = Crc32C.Append(Checksum, destination);
    }

    /// <summary>Reads a byte.</summary>
    public int ReadByte()
    {
        byte value = 0;
        Read(new Span<byte>(ref value));
        return value;
    }

    /// <summary>Reads an unsigned number as <see cref="StructureWriter.Number"/> writes it.</summary>
    public long ReadNumber(long most)
    {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            int next = ReadByte();
            value |= (long)(next & 127) << shift;
            if (next < 128 && value <= most) return value;
            if (value > most) break;
        }
        throw new ModelException($"The .pare file is damaged: a length at byte {Bytes} is over the limit of {most}.");
    }

    /// <summary>Reads a checksum and compares it with that of the bytes read.</summary>
    /// <param name="section">What was read, for the message.</param>
    /// <exception cref="ModelException">They differ.</exception>
    public void ReadChecksum(string section)
    {
        uint found = Checksum;
        Span<byte> stored = stackalloc byte[4];
        Read(stored);
        if (BinaryPrimitives.ReadUInt32LittleEndian(stored) != found)
            throw new ModelException($"The .pare file is damaged: the checksum of its {section} is {found:x8}, {BinaryPrimitives.ReadUInt32LittleEndian(stored):x8} was stored. Copy or make it again.");
    }

    /// <summary>Reads bytes, followed in memory by <see cref="PartCodec.Padding"/> zeros.</summary>
    /// <exception cref="ModelException">The file ends before.</exception>
    public byte[] ReadBlock(long length)
    {
        if (length > Array.MaxLength - PartCodec.Padding) throw new ModelException($"The .pare file is damaged: a part of {length} bytes at byte {Bytes}.");
        Require(length);
        var block = new byte[(stream.CanSeek ? length : Math.Min(length, Block)) + PartCodec.Padding];
        for (int at = 0; ;)
        {
            int take = (int)Math.Min(length, block.Length - PartCodec.Padding) - at;
            Read(block.AsSpan(at, take));
            at += take;
            if (at == length) return block;
            Array.Resize(ref block, (int)Math.Min(length, 2L * at) + PartCodec.Padding);
        }
    }

    /// <summary>Reads floats, little-endian.</summary>
    /// <exception cref="ModelException">The file ends before.</exception>
    public float[] ReadFloats(int count)
    {
        Require(4L * count);
        var values = new float[stream.CanSeek ? count : Math.Min(count, Block)];
        for (int at = 0; ;)
        {
            for (; at < values.Length; at += Math.Min(Block, values.Length - at))
                Read(MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(Block, values.Length - at))));
            if (at == count) return values;
            Array.Resize(ref values, (int)Math.Min(count, 2L * at));
        }
    }

    /// <summary>Checks that nothing follows.</summary>
    /// <exception cref="ModelException">Something does.</exception>
    public void RequireEnd()
    {
        if (stream.ReadByte() >= 0) throw new ModelException($"The .pare file is damaged: something follows its end at byte {Bytes}.");
    }

    private void Require(long bytes)
    {
        if (stream.CanSeek && stream.Length - stream.Position < bytes) throw CutOff(bytes);
    }

    private ModelException CutOff(long needed) =>
        new($"The .pare file is cut off: {needed} more bytes were expected around byte {Bytes}. Copy or make it again.");
}
