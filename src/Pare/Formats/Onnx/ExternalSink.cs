using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Writes initializers to a second file beside the model, each from the start of a page so that it can be mapped.</summary>
/// <remarks>
/// The file is called after the model and the hash of its own content. So a new version never overwrites the data of the old one, which
/// stays whole until the new model file has taken its place; and the same model gives the same names.
/// </remarks>
internal sealed class ExternalSink : IDisposable
{
    /// <summary>Tensors below this stay in the model: a page each would cost more than it saves.</summary>
    public const int LeastBytes = 1024;

    private const int Page = 4096;
    private const int ChunkFloats = 1 << 18;
    private const int HashDigits = 16;

    private readonly string _folder, _model, _aside;
    private readonly CancellationToken _cancel;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<StringStringEntryProto> _locations = [];
    private string? _made;
    private long _at;

    /// <summary>Starts a file in <paramref name="folder"/> for the model of that file name.</summary>
    public ExternalSink(string folder, string model, CancellationToken cancel)
    {
        _folder = folder;
        _model = model;
        _cancel = cancel;
        _aside = Path.Combine(folder, $".{model}.{Guid.NewGuid():N}.tmp");
        _stream = new FileStream(_aside, FileMode.CreateNew, FileAccess.Write);
    }

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

    /// <summary>Moves the data of a tensor into the file.</summary>
    public TensorProto Write(TensorProto tensor)
    {
        ReadOnlySpan<byte> bytes = tensor.RawData.Span;
        Start(tensor, bytes.Length);
        Append(bytes);
        tensor.ClearRawData();
        return tensor;
    }

    /// <summary>Puts the file in its place and its name into the tensors.</summary>
    public void Finish()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        string name = $"{_model}.{Convert.ToHexStringLower(_hash.GetHashAndReset())[..HashDigits]}.data", path = Path.Combine(_folder, name);
        foreach (StringStringEntryProto location in _locations) location.Value = name;
        bool isThere = File.Exists(path);
        File.Move(_aside, path, overwrite: true);
        if (!isThere) _made = path;
    }

    /// <summary>Takes back what was written, because the model that needs it was not.</summary>
    public void Discard()
    {
        _stream.Dispose();
        File.Delete(_aside);
        if (_made is not null) File.Delete(_made);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }

    private TensorProto Start(TensorProto to, long length)
    {
        Append(new byte[(Page - _at % Page) % Page]);
        to.DataLocation = 1;
        var location = new StringStringEntryProto { Key = "location" };
        _locations.Add(location);
        to.ExternalData.Add(location);
        to.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = _at.ToString(CultureInfo.InvariantCulture) });
        to.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length.ToString(CultureInfo.InvariantCulture) });
        return to;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _cancel.ThrowIfCancellationRequested();
        _stream.Write(bytes);
        _hash.AppendData(bytes);
        _at += bytes.Length;
    }
}
