using Pare.Compression.Data;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Tests.Data.Readers;

public sealed class DataBytesTests
{
    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Read_AnyVariant_GivesTheContent(string suffix)
    {
        using var folder = new TempFolder();
        byte[] content = [.. Bytes.Random(300_000), .. new byte[500_000]];
        string path = folder.Write("f" + suffix, Pack(content, suffix));
        DataBytes.Read(path).ShouldBe(content);
        DataBytes.Read(path, _ => content.Length, content.Length).ShouldBe(content);
        DataBytes.FindVariant(folder.At("f")).ShouldBe(path);
        DataBytes.PlainName(path).ShouldBe(folder.At("f"));
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Read_BombAgainstItsHeader_StopsEarly(string suffix)
    {
        using var folder = new TempFolder();
        string path = folder.Write("bomb" + suffix, Pack(new byte[64 << 20], suffix));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<DataException>(() => DataBytes.Read(path, _ => 1000)).Message.ShouldContain("more than the 1000 bytes");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2 << 20);
    }

    [Fact]
    public void Read_HugeAnnouncement_AllocatesOnlyWhatComes()
    {
        using var folder = new TempFolder();
        string path = folder.Write("small.br", Bytes.Br(Bytes.Random(1000)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        DataBytes.Read(path, _ => 2_000_000_000).Length.ShouldBe(1000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Read_FlippedOrTruncated_IsRightOrThrowsDataException(string suffix)
    {
        using var folder = new TempFolder();
        byte[] packed = Pack(Bytes.Random(5000), suffix);
        for (int i = 0; i < packed.Length; i += 37)
        {
            byte[] bad = packed.ToArray();
            bad[i] ^= 0x10;
            AcceptsOrRefuses(folder.Write("bad" + suffix, bad));
            AcceptsOrRefuses(folder.Write("cut" + suffix, packed[..i]));
        }
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Read_Truncated_NeverPassesForWhole(string suffix)
    {
        using var folder = new TempFolder();
        byte[] packed = Pack([.. Bytes.Random(5000), .. new byte[5000]], suffix);
        for (int cut = 1; cut < packed.Length; cut += 41)
            Should.Throw<DataException>(() => DataBytes.Read(folder.Write("cut" + suffix, packed[..cut]))).Message.ShouldContain("damaged");
    }

    [Fact]
    public void Read_Garbage_SaysDamaged()
    {
        using var folder = new TempFolder();
        Should.Throw<DataException>(() => DataBytes.Read(folder.Write("x.gz", Bytes.Random(100)))).Message.ShouldContain("damaged");
        Should.Throw<DataException>(() => DataBytes.Read(folder.Write("x.br", [0xFF, .. Bytes.Random(100)]))).Message.ShouldContain("damaged");
        Should.Throw<DataException>(() => DataBytes.Read(folder.At("absent"))).Message.ShouldContain("cannot be read");
    }

    [Fact]
    public void ReadChecked_WrongDigestOrLength_NamesBoth()
    {
        using var folder = new TempFolder();
        string path = folder.Write("f", new byte[10]);
        var file = new DataFile("f", 10, new string('0', 64), "f");
        string message = Should.Throw<DataException>(() => DataBytes.ReadChecked(path, file)).Message;
        message.ShouldContain("expected 0000");
        message.ShouldContain("01d448afd928065458cf670b60f5a594d735af0172c8d67f22a81680132681ca");
        Should.Throw<DataException>(() => DataBytes.ReadChecked(path, file with { Bytes = 11 })).Message.ShouldContain("has 10 bytes");
        Should.Throw<DataException>(() => DataBytes.ReadChecked(path, file with { Bytes = 9 })).Message.ShouldContain("more than the 9");
    }

    private static void AcceptsOrRefuses(string path)
    {
        try
        {
            DataBytes.Read(path).Length.ShouldBeLessThan(100_000);
        }
        catch (DataException e)
        {
            e.Message.ShouldContain(path);
        }
    }

    private static byte[] Pack(byte[] content, string suffix) => suffix switch { ".gz" => Bytes.Gz(content), ".br" => Bytes.Br(content), _ => content };
}
