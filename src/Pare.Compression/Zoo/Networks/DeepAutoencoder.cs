using Pare.Compression.Training;

namespace Pare.Compression.Zoo.Networks;

/// <summary>The anomaly network of MLPerf Tiny: fully connected, 640-128-128-128-128-8 and back; 265,864 parameters once batch norms are folded.</summary>
/// <remarks>Koizumi et al., "DCASE2020 Challenge Task 2", 2020; Banbury et al., "MLPerf Tiny Benchmark", 2021. A large error of what it makes again marks a strange sound.</remarks>
internal sealed class DeepAutoencoder() : Architecture<AutoencoderSettings>(
    "deep-autoencoder", "auto-encoder of MLPerf Tiny for strange machine sounds, 640 numbers through 8", new())
{
    /// <inheritdoc/>
    protected override Model Make(AutoencoderSettings settings, WeightStart start)
    {
        int[] hidden = [.. Enumerable.Repeat(settings.Hidden, 4), settings.Code, .. Enumerable.Repeat(settings.Hidden, 4)];
        var net = new NetworkBuilder(Name, start, settings.Inputs);
        for (int i = 0; i < hidden.Length; i++) net.Linear($"fc{i + 1}", hidden[i]).BatchNorm($"bn{i + 1}", 1e-3f).Relu($"relu{i + 1}");
        return Reconstruction.Mark(net.Linear($"fc{hidden.Length + 1}", settings.Inputs).Build("reconstruction"));
    }
}
