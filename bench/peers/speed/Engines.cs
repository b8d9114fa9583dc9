namespace Pare.Peers.Speed;

/// <summary>Starts engines.</summary>
/// <param name="options">Where they are.</param>
internal sealed class Engines(SpeedOptions options)
{
    public const string Ort = "ONNX Runtime", Torch = "PyTorch";

    /// <summary>This program's own path, as a command.</summary>
    private static string[] Self => [Environment.ProcessPath!, .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? new[] { typeof(Engines).Assembly.Location } : []];

    /// <summary>Pare, with a network.</summary>
    public static Engine Pare(NetworkFile network, int threads) =>
        new("Pare", [.. Self, "inference-worker", network.Path, $"{threads}", network.Values]);

    /// <summary>ONNX Runtime, with a network.</summary>
    public Engine OnnxRuntime(NetworkFile network, int threads) =>
        new(Ort, [options.OrtWorker, options.Library, network.Path, $"{threads}", network.Input, network.InputDims, network.Values, network.Output, network.OutputDims]);

    /// <summary>Pare, training.</summary>
    public static Engine PareTraining(string network, string data, int threads, int batch) =>
        new("Pare", [.. Self, "training-worker", network, data, $"{threads}", $"{batch}"]);

    /// <summary>PyTorch, training.</summary>
    public Engine TorchTraining(string network, string data, int threads, int batch) =>
        new(Torch, [.. options.Torch, network, data, $"{threads}", $"{batch}"], ("OMP_NUM_THREADS", $"{threads}"), ("OPENBLAS_NUM_THREADS", $"{threads}"));
}
