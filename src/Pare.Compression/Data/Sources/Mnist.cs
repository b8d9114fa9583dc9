using System.Collections.Immutable;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Data.Sources;

/// <summary>MNIST: 60,000 and 10,000 handwritten digits of 28 x 28.</summary>
internal sealed class Mnist : DataSource
{
    public override string Name => "mnist";

    public override string Description =>
        "60,000 + 10,000 handwritten digits, 1 x 28 x 28, 10 classes (LeCun, Cortes, Burges; commonly cited as CC BY-SA 3.0)";

    public override ImmutableArray<DataFile> Files { get; } =
    [
        File("train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        File("train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        File("t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        File("t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ];

    public override ImmutableArray<string> Mirrors =>
        ["https://ossci-datasets.s3.amazonaws.com/mnist", "https://storage.googleapis.com/cvdf-datasets/mnist"];

    public override DataSet Open(DataPart part, DataLocations where, CancellationToken cancel = default)
    {
        int first = part == DataPart.Train ? 0 : 2;
        var samples = Idx.Parse(Files[first].Name, ReadFile(Files[first], where));
        cancel.ThrowIfCancellationRequested();
        var labels = Idx.Parse(Files[first + 1].Name, ReadFile(Files[first + 1], where));
        return Idx.Pair(part == DataPart.Train ? "mnist (train)" : "mnist (test)", samples, labels, classes: 10);
    }

    private static DataFile File(string name, long bytes, string sha256) => new(name, bytes, sha256, name + ".gz");
}
