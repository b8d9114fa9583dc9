using System.Collections.Immutable;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Data.Sources;

/// <summary>CIFAR-10: 50,000 and 10,000 colour pictures of 32 x 32.</summary>
internal sealed class Cifar10 : DataSource
{
    public override string Name => "cifar10";

    public override string Description =>
        "50,000 + 10,000 colour pictures, 3 x 32 x 32, 10 classes (Krizhevsky 2009, cite the report; no formal licence)";

    public override ImmutableArray<DataFile> Files { get; } =
    [
        File("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
        File("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
        File("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
        File("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
        File("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
        File("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
    ];

    public override ImmutableArray<string> Mirrors => ["https://www.cs.toronto.edu/~kriz"];

    public override DataSet Open(DataPart part, DataLocations where, CancellationToken cancel = default)
    {
        DataFile[] files = part == DataPart.Train ? [.. Files.Take(5)] : [Files[5]];
        var contents = new (string, byte[])[files.Length];
        // Brotli takes half a second a file, so the files are decompressed at the same time.
        Concurrently.For(files.Length, threads: -1, cancel, i => contents[i] = (files[i].Name, ReadFile(files[i], where)));
        return LabelledRecords.Parse(part == DataPart.Train ? "cifar10 (train)" : "cifar10 (test)", LabelledRecords.CifarShape, 10, contents);
    }

    private static DataFile File(string name, string sha256) =>
        new(name, 30_730_000, sha256, "cifar-10-binary.tar.gz", "cifar-10-batches-bin/" + name);
}
