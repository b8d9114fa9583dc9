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

    /// <summary>The output of one run.</summary>
    /// <param name="file">The model.</param>
    /// <param name="input">Its input's name.</param>
    /// <param name="values">What goes in.</param>
    /// <param name="shape">The shape of that.</param>
    /// <param name="output">The output's name.</param>
    /// <param name="count">How many numbers it has.</param>
    public float[] Run(string file, string input, ReadOnlySpan<float> values, ReadOnlySpan<long> shape, string output, int count)
    {
        nint session = _api.CreateSession(_environment, file, _options);
        fixed (float* data = values)
        {
            nint tensor = _api.CreateTensor(_memory, data, values.Length, shape);
            nint made = _api.Run(session, input, tensor, output);
            float[] result = new ReadOnlySpan<float>(_api.Values(made), count).ToArray();
            _api.ReleaseTensor(made);
            _api.ReleaseTensor(tensor);
            _api.ReleaseSession(session);
            return result;
        }
    }
}
