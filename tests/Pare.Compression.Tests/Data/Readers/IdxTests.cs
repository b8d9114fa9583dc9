using Pare.Compression.Data;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Tests.Data.Readers;

public sealed class IdxTests
{
    [Fact]
    public void Read_Compressed_GivesShapeAndValues()
    {
        using var folder = new TempFolder();
        byte[] values = Bytes.Random(2 * 3 * 4);
        var read = Idx.Read(folder.Write("a-idx3.gz", Bytes.Gz(Bytes.Idx([2, 3, 4], values))));
        read.Shape.ShouldBe([2, 3, 4]);
        read.Values.ToArray().ShouldBe(values);
        DataSet data = Idx.Pair("t", read, ([2], new byte[] { 4, 1 }));
        data.SampleShape.ShouldBe([1, 3, 4]);
        data.Classes.ShouldBe(5);
        data.Bytes(1).ToArray().ShouldBe(values[12..]);
    }

    [Fact]
    public void Parse_WrongFiles_SayFoundAndExpected()
    {
        string Message(byte[] content) => Should.Throw<DataException>(() => Idx.Parse("f.idx", content)).Message;
        Message([]).ShouldContain("begins with nothing");
        Message([1, 2, 3, 4, 5]).ShouldContain("01020304");
        Message([0, 0, 8, 3, 0, 0]).ShouldContain("ends within its header");
        Message(Bytes.Idx([2], new byte[8], type: 0x0D)).ShouldContain("0x0D");
        Message(Bytes.Idx([2, 3], new byte[5])).ShouldContain("says [2, 3], 18 bytes with the header, but the file has 17");
        Message(Bytes.Idx([2, 3], new byte[7])).ShouldContain("has 19");
        Message(Bytes.Idx([int.MaxValue, int.MaxValue, int.MaxValue], new byte[7])).ShouldContain("an impossible length");
        Message(Bytes.Idx([-1], new byte[7])).ShouldContain("[-1]");
        Message(Bytes.Idx([0], [])).ShouldContain("[0]");
    }

    [Fact]
    public void Pair_CountsOrRanksDiffer_Throws()
    {
        var samples = Idx.Parse("x", Bytes.Idx([2, 3], new byte[6]));
        Should.Throw<DataException>(() => Idx.Pair("t", samples, ([3], new byte[3]))).Message.ShouldContain("2 samples, but 3 labels");
        Should.Throw<DataException>(() => Idx.Pair("t", samples, samples)).Message.ShouldContain("expected [N]");
        Should.Throw<DataException>(() => Idx.Pair("t", ([6], new byte[6]), null)).Message.ShouldContain("expected rank 2, 3 or 4");
    }
}
