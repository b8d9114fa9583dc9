using Pare.Compression.Data;
using Pare.Compression.Zoo;

namespace Pare.Compression.Tests.Training;

/// <summary>Small networks and data that they can learn.</summary>
internal static class TestNets
{
    /// <summary>4 numbers to 3 classes.</summary>
    public static Model Perceptron(ulong seed = 1) => new NetworkBuilder("perceptron", seed, 1, 2, 2)
        .Flatten("flatten").Linear("fc1", 16).Relu("relu").Linear("fc2", 3).Build();

    /// <summary>Everything that trains in its own way: convolution, batch norm, pooling, a padded shortcut, dropout.</summary>
    public static Model Residual(double dropout = 0, ulong seed = 2)
    {
        var net = new NetworkBuilder("residual", seed, 2, 6, 6);
        net.Conv("conv1", 4, 3, pad: 1).BatchNorm("bn1").Relu("relu1");
        Feature entry = net.Here;
        Feature straight = net.Conv("conv2", 6, 3, stride: 2, pad: 1, bias: false).BatchNorm("bn2").Here;
        Feature shortcut = net.From(entry).SubsampleAndPad("shortcut", 2, 6).Here;
        return net.From(straight).Add("add", shortcut).Relu("relu2").GlobalAveragePool("pool").Dropout("drop", dropout).Linear("fc", 3).Build();
    }

    /// <summary>Clouds around one centre a class, far enough apart to be told from each other without an error.</summary>
    public static DataSet Clouds(int count, ulong seed = 3) => Make("clouds", [1, 2, 2], count, seed, noise: 0.25);

    /// <summary>Pictures of 2 x 6 x 6 of three classes.</summary>
    public static DataSet Pictures(int count, ulong seed = 4) => Make("pictures", [2, 6, 6], count, seed, noise: 0.5);

    /// <summary>The settings of the short runs of tests.</summary>
    public static Pare.Compression.Training.TrainingSettings Quick { get; } = new()
    {
        Epochs = 3,
        BatchSize = 16,
        Optimizer = "adam",
        LearningRate = 0.01,
        Validation = 20,
        Threads = 1,
        Seed = 7,
    };

    private static DataSet Make(string name, int[] shape, int count, ulong seed, double noise)
    {
        int length = shape.Aggregate((a, b) => a * b);
        var rng = new Rng(seed);
        float[] centres = [.. Enumerable.Range(0, 3 * length).Select(_ => (float)(2 * rng.NextNormal()))];
        var samples = new float[count * length];
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % 3;
            for (int j = 0; j < length; j++) samples[i * length + j] = centres[labels[i] * length + j] + (float)(noise * rng.NextNormal());
        }
        return DataSet.FromFloats(name, [.. shape], 3, samples, labels);
    }
}
