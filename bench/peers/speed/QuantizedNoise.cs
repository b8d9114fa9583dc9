using Pare.Compression;
using Pare.Compression.Data;
using Pare.Compression.Methods;

namespace Pare.Peers.Speed;

/// <summary>Networks in integers whose ranges follow from noise, as their weights do: time and memory do not depend on them.</summary>
internal static class QuantizedNoise
{
    private const int Calibrated = 8;

    /// <summary>A network quantized by <see cref="QuantizeStatic"/>.</summary>
    /// <param name="model">The network, its batch open.</param>
    /// <param name="threads">Threads of the work.</param>
    /// <param name="weightBits">Bits of weights; activations have 8.</param>
    public static Model Of(Model model, int threads, int weightBits = 8)
    {
        int[] shape = [.. model.Inputs[0].Type.Shape.Skip(1).Select(d => (int)d.Value)];
        var rng = new Rng(3);
        var values = new float[Calibrated * shape.Aggregate(1, (a, b) => a * b)];
        foreach (ref float value in values.AsSpan()) value = (float)rng.NextNormal();
        DataSet noise = DataSet.FromFloats("noise", [.. shape], 0, values, null);
        var settings = new QuantizeStaticSettings { WeightBits = weightBits };
        var context = new CompressionContext { Calibration = noise, Seed = 1, Threads = threads };
        return new QuantizeStatic().Apply(model, new Layers(LayerSelector.Select(model, []), settings), settings, context, CancellationToken.None);
    }
}
