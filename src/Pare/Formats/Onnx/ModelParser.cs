using System.Buffers;
using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>
/// Parses a model so that the bytes of a large initializer go from the file straight into an array of their own, which becomes the
/// weight: the file is never in memory twice, and a weight that is replaced later gives its memory back.
/// </summary>
/// <remarks>
/// The parser of Google.Protobuf gathers a long field in pieces and then copies them together. So the file is walked here first, down
/// the one path model / graph / initializer / raw_data; everything else is copied as it is, and Google.Protobuf parses that remainder.
/// Wire format: protobuf.dev/programming-guides/encoding.
/// </remarks>
internal sealed class ModelParser
{
    /// <summary>Shorter fields are left to Google.Protobuf.</summary>
    private const int Large = 1 << 14;

    /// <summary>The fields that lead to the initializers: ModelProto.graph, GraphProto.initializer.</summary>
    private static ReadOnlySpan<int> Path => [ModelProto.GraphFieldNumber, GraphProto.InitializerFieldNumber];

    private readonly Stream _stream;
    private readonly List<ReadOnlyMemory<byte>?> _initializers = []; // in the order of the file; null for a small one
    private readonly FileMap? _map;
    private readonly long _start;
    private long _at;

    private ModelParser(Stream stream, FileMap? map) => (_stream, _map, _start) = (stream, map, stream.Position);

    /// <summary>Parses from the stream's position to its end.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="map">The same file mapped: large initializers stay there; null: they are read.</param>
    /// <exception cref="InvalidProtocolBufferException">The file is damaged; Google.Protobuf says how.</exception>
    public static ModelProto Parse(Stream stream, FileMap? map = null)
    {
        MessageParser<ModelProto> parser = ModelProto.Parser.WithDiscardUnknownFields(true);
        if (!stream.CanSeek) return parser.ParseFrom(stream);
        long start = stream.Position;
        var walk = new ModelParser(stream, map);
        if (walk.Remainder(stream.Length - start, level: 0) is { } remainder)
        {
            ModelProto model = parser.ParseFrom(remainder.WrittenSpan);
            walk.Attach(model);
            return model;
        }
        stream.Position = start; // something is odd: one place says what is wrong with a file
        return parser.ParseFrom(stream);
    }

    private void Attach(ModelProto model)
    {
        for (int i = 0; i < _initializers.Count; i++)
            if (_initializers[i] is { } bytes) model.Graph.Initializer[i].RawData = UnsafeByteOperations.UnsafeWrap(bytes);
    }

    /// <summary>The message from here to <paramref name="end"/> without large initializers; null where the bytes are no such message.</summary>
    private ArrayBufferWriter<byte>? Remainder(long end, int level)
    {
        var remainder = new ArrayBufferWriter<byte>();
        ReadOnlyMemory<byte>? raw = null;
        while (_at < end)
        {
            if (Varint(end) is not { } tag || tag >> 3 is 0 or > int.MaxValue) return null;
            Write(remainder, tag);
            int field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    if (Varint(end) is not { } value) return null;
                    Write(remainder, value);
                    break;
                case 1 or 5:
                    if (!Copy(remainder, (tag & 7) == 1 ? 8 : 4, end)) return null;
                    break;
                case 2:
                    if (Varint(end) is not { } length || length > (ulong)Math.Min(end - _at, Array.MaxLength)) return null;
                    if (level < Path.Length && field == Path[level])
                    {
                        if (Remainder(_at + (long)length, level + 1) is not { } inner) return null;
                        Write(remainder, (ulong)inner.WrittenCount);
                        remainder.Write(inner.WrittenSpan);
                        break;
                    }
                    bool isData = level == Path.Length && field == TensorProto.RawDataFieldNumber;
                    if (isData) raw = null; // of a field that stands twice the last counts
                    bool apart = isData && length >= Large;
                    Write(remainder, apart ? 0 : length);
                    if (!apart && !Copy(remainder, (int)length, end)) return null;
                    if (apart && (raw = Take((int)length)) is null) return null;
                    break;
                default: return null; // groups, which no writer uses any more
            }
        }
        if (level == Path.Length) _initializers.Add(raw);
        return _at == end ? remainder : null;
    }

    private ReadOnlyMemory<byte>? Take(int length)
    {
        if (_map is not null)
        {
            if (_map.Take(_start + _at, length) is not { } part) return null;
            _stream.Seek(length, SeekOrigin.Current);
            _at += length;
            return part.Memory;
        }
        byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
        if (_stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length) return null;
        _at += length;
        return bytes;
    }

    private bool Copy(ArrayBufferWriter<byte> to, int length, long end)
    {
        if (length > end - _at) return false;
        if (length == 0) return true;
        if (_stream.ReadAtLeast(to.GetSpan(length)[..length], length, throwOnEndOfStream: false) < length) return false;
        to.Advance(length);
        _at += length;
        return true;
    }

    /// <summary>A number of up to 64 bits, seven in a byte, the lowest first; null where it does not end in time.</summary>
    private ulong? Varint(long end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && _at < end; shift += 7)
        {
            int next = _stream.ReadByte();
            if (next < 0) return null;
            _at++;
            value |= (ulong)(next & 127) << shift;
            if (next < 128) return value;
        }
        return null;
    }

    private static void Write(ArrayBufferWriter<byte> to, ulong value)
    {
        Span<byte> bytes = to.GetSpan(10);
        int count = 0;
        for (; value >= 128; value >>= 7) bytes[count++] = (byte)(value | 128);
        bytes[count++] = (byte)value;
        to.Advance(count);
    }
}
