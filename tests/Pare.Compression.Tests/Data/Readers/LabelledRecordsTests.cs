using Pare.Compression.Data;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Tests.Data.Readers;

public sealed class LabelledRecordsTests
{
    private static byte[] Record(byte label, ulong seed) => [label, .. Bytes.Random(3072, seed)];

    [Fact]
    public void ReadCifar_TwoFiles_AreOneSet()
    {
        using var folder = new TempFolder();
        string first = folder.Write("a.bin.br", Bytes.Br([.. Record(3, 1), .. Record(9, 2)])), second = folder.Write("b.bin", Record(0, 3));
        DataSet data = LabelledRecords.ReadCifar("t", [first, second]);
        data.SampleShape.ShouldBe([3, 32, 32]);
        Enumerable.Range(0, 3).Select(data.Label).ShouldBe([3, 9, 0]);
        data.Bytes(2).ToArray().ShouldBe(Bytes.Random(3072, 3));
    }

    [Fact]
    public void ReadCifar_WrongLengthOrLabel_Throws()
    {
        using var folder = new TempFolder();
        string Message(byte[] content) => Should.Throw<DataException>(() => LabelledRecords.ReadCifar("t", [folder.Write("a.bin", content)])).Message;
        Message(new byte[3072]).ShouldContain("3072 bytes; expected whole records of 3073");
        Message([]).ShouldContain("0 bytes");
        Message([.. Record(1, 1), .. Record(10, 2)]).ShouldContain("record 1 has label 10; expected 0 to 9");
    }
}
