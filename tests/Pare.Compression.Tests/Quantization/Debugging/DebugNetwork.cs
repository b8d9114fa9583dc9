using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Methods;
using Pare.Compression.Quantization.Debugging;
using Pare.Compression.Tests.Training;
using Pare.Compression.Training;
using Pare.Compression.Zoo;

namespace Pare.Compression.Tests.Quantization;

/// <summary>A small network that is trained once, and its form in integers of 8 bits.</summary>
internal static class DebugNetwork
{
    private static readonly Lazy<(Model Floats, Model Quantized)> Networks = new(Make);

    public static Model Floats => Networks.Value.Floats;

    public static Model Quantized => Networks.Value.Quantized;

    public static DataSet Samples { get; } = TestNets.Pictures(96, seed: 4);

    public static QuantizationReport Debug(Model quantized, Model? floats = null, DebugOptions? options = null) =>
        QuantizationDebugger.Run(quantized, floats ?? Floats, ActivationWalk.For(floats ?? Floats, Samples, 2), options);

    private static (Model, Model) Make()
    {
        var net = new NetworkBuilder("debugged", 5, 2, 6, 6);
        net.Conv("conv1", 8, 3, pad: 1, bias: false).BatchNorm("bn1").Relu("relu1");
        Feature entry = net.Here;
        Feature straight = net.Conv("conv2", 8, 3, pad: 1, bias: false).BatchNorm("bn2").Relu("relu2").Conv("conv3", 8, 3, pad: 1, bias: false).BatchNorm("bn3").Here;
        net.From(straight).Add("add", entry).Relu("relu3").MaxPool("max", 2, 2);
        Model fresh = net.Conv("conv4", 12, 3, pad: 1, bias: false).BatchNorm("bn4").Relu("relu4")
            .Conv("conv5", 12, 1).Relu("relu5").GlobalAveragePool("pool").Linear("fc", 3).Build();
        Model floats = Trainer.Train(new TrainingTask(fresh, TestNets.Pictures(300), TestNets.Quick with { Epochs = 6 })).Model;
        return (floats, new QuantizeStatic().Apply(floats, new QuantizeStaticSettings(), new CompressionContext { Calibration = Samples, Seed = 1, Threads = 2 }));
    }
}
