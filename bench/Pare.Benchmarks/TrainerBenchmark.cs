using Pare.Compression.Data;
using Pare.Compression.Training;
using Pare.Compression.Zoo;

namespace Pare.Benchmarks;

/// <summary>Images per second of the whole trainer on LeNet-5: batches loaded and shuffled, forward, backward, SGD with momentum and weight decay.</summary>
internal static class TrainerBenchmark
{
    private const int SampleLength = 28 * 28;

    /// <summary>Prints one number, as <c>bench/peers/torch_train.py</c> does for the same work.</summary>
    public static void Run(int threads, int batch, int steps)
    {
        var rng = new Rng(1);
        var pixels = new byte[8 * batch * SampleLength];
        foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)rng.NextInt32(256);
        var labels = new int[8 * batch];
        foreach (ref int label in labels.AsSpan()) label = rng.NextInt32(10);
        DataSet data = DataSet.FromBytes("random", [1, 28, 28], 10, pixels, labels);
        var settings = new TrainingSettings
        {
            Epochs = Math.Max(1, steps / 8),
            BatchSize = batch,
            LearningRate = 0.001,
            WeightDecay = 5e-4,
            Validation = 0,
            Threads = threads,
            Seed = 1,
        };
        Model network = ArchitectureCatalog.Default.Get("lenet-5").Build();
        Trainer.Train(new TrainingTask(network, data, settings with { Epochs = 2 }), null, default);
        TrainingResult result = Trainer.Train(new TrainingTask(network, data, settings), null, default);
        Console.WriteLine(FormattableString.Invariant($"{result.ImagesPerSecond:F1}"));
    }
}
