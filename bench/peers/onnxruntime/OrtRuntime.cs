using System.Runtime.InteropServices;

namespace Pare.Peers.OnnxRuntime;

/// <summary>Runs ONNX files in ONNX Runtime.</summary>
internal sealed unsafe class OrtRuntime : IDisposable
{
    private readonly OrtApi _api;
    private readonly nint _environment, _options, _memory;

    public OrtRuntime(string library, int threads)
    {
        _api = new OrtApi(library);
        _environment = _api.CreateEnvironment("pare");
        _options = _api.CreateOptions(threads);
        _memory = _api.CreateCpuMemory();
    }

    public void Dispose()
    {
        _api.ReleaseMemory(_memory);
        _api.ReleaseOptions(_options);
        _api.ReleaseEnvironment(_environment);
    }

    /// <summary>The output of one run of a network of one input and one output.</summary>
    /// <param name="file">The model.</param>
    /// <param name="input">Its input's name.</param>
    /// <param name="values">What goes in.</param>
    /// <param name="shape">The shape of that.</param>
    /// <param name="output">The output's name.</param>
    /// <param name="count">How many numbers it has.</param>
    public float[] Run(string file, string input, ReadOnlySpan<float> values, ReadOnlySpan<long> shape, string output, int count)
    {
        var given = Tensor.Of(Shape.Of([.. shape.ToArray().Select(d => (int)d)]), values);
        var type = new TensorType(DType.F32, Shape.Of(count));
        return Run(file, new Dictionary<string, Tensor>(StringComparer.Ordinal) { [input] = given }, [(output, type)])[0].Floats.ToArray();
    }

    /// <summary>The outputs of one run.</summary>
    /// <param name="file">The model.</param>
    /// <param name="inputs">What goes in, by name.</param>
    /// <param name="outputs">The outputs, with the types that they have.</param>
    public Tensor[] Run(string file, IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<(string Name, TensorType Type)> outputs)
    {
        nint session = _api.CreateSession(_environment, file, _options);
        byte[][] memory = [.. inputs.Values.Select(t => t.Bytes.ToArray())];
        GCHandle[] pins = [.. memory.Select(m => GCHandle.Alloc(m, GCHandleType.Pinned))];
        try
        {
            nint[] given = [.. inputs.Values.Select((t, i) => _api.CreateTensor(
                _memory, (void*)pins[i].AddrOfPinnedObject(), memory[i].Length, [.. t.Dims.Select(d => (long)d)], Code(t.DType)))];
            nint[] made = _api.Run(session, [.. inputs.Keys], given, [.. outputs.Select(o => o.Name)]);
            Tensor[] results = [.. outputs.Select(o => new Tensor(o.Type.DType, o.Type.Shape))];
            for (int i = 0; i < made.Length; i++) new ReadOnlySpan<byte>(_api.Values(made[i]), results[i].ByteLength).CopyTo(results[i].Bytes);
            foreach (nint tensor in given.Concat(made)) _api.ReleaseTensor(tensor);
            return results;
        }
        finally
        {
            foreach (GCHandle pin in pins) pin.Free();
            _api.ReleaseSession(session);
        }
    }

    private static int Code(DType type) => type switch
    {
        DType.F32 => 1,
        DType.I32 => 6,
        DType.I64 => 7,
        DType.Bool => 9,
        DType.F64 => 11,
        _ => throw new NotSupportedException($"No comparison needs inputs of {type}."),
    };
}
