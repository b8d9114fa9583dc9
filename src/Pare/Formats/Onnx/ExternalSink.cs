using System.Globalization;
using System.Runtime.InteropServices;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Writes initializers to a second file, one after the other, each from the start of a page so that it can be mapped.</summary>
/// <param name="stream">The file, empty.</param>
/// <param name="location">Its name as the model gives it, beside the model.</param>
internal sealed class ExternalSink(Stream stream, string location)
{
    /// <summary>Tensors below this stay in the model: a page each would cost more than it saves.</summary>
    public const int LeastBytes = 1024;

    private const int Page = 4096;
    private const int ChunkFloats = 1 << 18;

    private long _at;

    /// <summary>Writes a weight, decoded a piece at a time.</summary>
    public TensorProto Write(WeightEncoding weight, string name)
    {
        TensorProto to = Start(TensorFormatter.Header(DType.F32, weight.Shape, name), (long)weight.Length * sizeof(float));
        var chunk = new float[Math.Min(ChunkFloats, weight.Length)];
        for (int at = 0; at < weight.Length; at += chunk.Length)
        {
            Span<float> part = chunk.AsSpan(0, Math.Min(chunk.Length, weight.Length - at));
            weight.Decode(at, part);
            Append(MemoryMarshal.AsBytes(part));
        }
        return to;
    }

    /// <summary>Writes a constant.</summary>
    public TensorProto Write(Tensor tensor, string name)
    {
        TensorProto to = Start(TensorFormatter.Header(tensor.DType, tensor.Shape, name), tensor.ByteLength);
        Append(tensor.Bytes);
        return to;
    }

    private TensorProto Start(TensorProto to, long length)
    {
        Append(new byte[(Page - _at % Page) % Page]);
        to.DataLocation = 1;
        Entry("location", location);
        Entry("offset", _at.ToString(CultureInfo.InvariantCulture));
        Entry("length", length.ToString(CultureInfo.InvariantCulture));
        return to;

        void Entry(string key, string value) => to.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _at += bytes.Length;
    }
}
