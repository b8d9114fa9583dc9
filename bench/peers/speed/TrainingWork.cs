using Pare.Compression.Data;
using Pare.Compression.Zoo;

namespace Pare.Peers.Speed;

/// <summary>A network that engines train, on pictures of one data set.</summary>
/// <param name="Network">The architecture; torch_train.py has the same.</param>
/// <param name="Data">The data set.</param>
/// <param name="Shape">Of its pictures.</param>
/// <param name="Asked">How many times faster than the peer Pare shall be.</param>
internal sealed record TrainingWork(string Network, string Data, int[] Shape, double Asked)
{
    public const int Batch = 128;

    /// <summary>Samples: enough that no cache holds them, few enough to copy quickly.</summary>
    private const int Samples = 20 * Batch;

    private static readonly TrainingWork[] All =
    [
        new("resnet-20", "cifar10", [3, 32, 32], 2.0),
        new("lenet-5", "mnist", [1, 28, 28], 2.5),
        new("mobilenet-cifar", "cifar10", [3, 32, 32], 2.0),
    ];

    /// <summary>What the user means; all by default. Networks that the catalog lacks are left out.</summary>
    public static IEnumerable<TrainingWork> Chosen(SpeedOptions options) => All.Where(w =>
        (options.IsWhole || options.Networks.Contains(w.Network)) && ArchitectureCatalog.Default.Any(a => a.Name == w.Network));

    /// <summary>Writes pictures as bytes, then their labels as bytes: real ones where PARE_DATA has them, otherwise random ones.</summary>
    public string Write(string folder)
    {
        string path = Path.Combine(folder, Data + ".bytes");
        if (File.Exists(path)) return path;
        int length = Shape.Aggregate(1, (a, b) => a * b);
        var bytes = new byte[Samples * (length + 1)];
        if (Environment.GetEnvironmentVariable("PARE_DATA") is { Length: > 0 } places)
        {
            DataSet set = DataSourceCatalog.Default.Find(Data).Open(DataPart.Train, new DataLocations([.. places.Split(Path.PathSeparator)]));
            var numbers = new float[length];
            for (int i = 0; i < Samples; i++)
            {
                set.Read(i, numbers);
                for (int k = 0; k < length; k++) bytes[i * length + k] = (byte)numbers[k];
                bytes[Samples * length + i] = (byte)set.Label(i);
            }
        }
        else
        {
            var rng = new Rng(3);
            for (int i = 0; i < Samples * length; i++) bytes[i] = (byte)rng.NextInt32(256);
            for (int i = 0; i < Samples; i++) bytes[Samples * length + i] = (byte)rng.NextInt32(10);
        }
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static DataSet Read(string network, string path)
    {
        TrainingWork work = All.Single(w => w.Network == network);
        byte[] bytes = File.ReadAllBytes(path);
        int pictures = bytes.Length - Samples;
        return DataSet.FromBytes(work.Data, [.. work.Shape], 10, bytes.AsMemory(0, pictures), [.. bytes.AsSpan(pictures).ToArray().Select(b => (int)b)]);
    }
}
