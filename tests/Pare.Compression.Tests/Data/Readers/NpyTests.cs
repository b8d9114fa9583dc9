using Pare.Compression.Data;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Tests.Data.Readers;

public sealed class NpyTests
{
    public static TheoryData<string, byte[]> Types => new()
    {
        { "<f4", Bytes.Of(1f, 2, 100) },
        { "<f8", Bytes.Of(1d, 2, 100) },
        { "|u1", Bytes.Of<byte>(1, 2, 100) },
        { "|i1", Bytes.Of<sbyte>(1, 2, 100) },
        { "<i2", Bytes.Of<short>(1, 2, 100) },
        { "<i4", Bytes.Of(1, 2, 100) },
        { "<i8", Bytes.Of(1L, 2, 100) },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Parse_EachType_GivesItsNumbers(string descr, byte[] values)
    {
        for (int version = 1; version <= 3; version++)
        {
            Npy array = Npy.Parse("f.npy", Bytes.Npy(descr, "3,", values, version: version));
            array.Shape.ShouldBe([3]);
            array.ToFloats().ShouldBe([1, 2, 100]);
            if (array.Type[0] != 'f')
                array.ToLabels().ShouldBe([1, 2, 100]);
        }
    }

    [Fact]
    public void Parse_WrongFiles_SayFoundAndExpected()
    {
        string Message(byte[] content) => Should.Throw<DataException>(() => Npy.Parse("f.npy", content)).Message;
        Message([]).ShouldContain("magic");
        Message(Bytes.Npy("<f4", "2, 2", new byte[16], fortran: "True")).ShouldContain("Fortran order");
        Message(Bytes.Npy(">f4", "2, 2", new byte[16])).ShouldContain("'>f4'");
        Message(Bytes.Npy("<c8", "2, 2", new byte[32])).ShouldContain("supported: f4, f8");
        Message(Bytes.Npy("<f4", "2, 2", new byte[15])).ShouldContain("the file has");
        Message(Bytes.Npy("<f4", "2, 2", new byte[17])).ShouldContain("the file has");
        Message(Bytes.Npy("<f4", "99999999999, 99999999999", new byte[17])).ShouldContain("at most");
        Message(Bytes.Npy("<f4", "2000000000, 2000000000", new byte[17])).ShouldContain("at most");
        Message(Bytes.Npy("<f4", "2 2", new byte[16])).ShouldContain("whole numbers");
        Message(Bytes.Npy("O", "2, 2", new byte[16])).ShouldContain("one plain array");
        Message([0x93, .. "NUMPY"u8, 1, 0, 255, 255, 1, 2]).ShouldContain("65535 bytes long, but 2 follow");
        Message([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255, 1, 2]).ShouldContain("4294967295");
        Message([0x93, .. "NUMPY"u8, 9, 0, 0, 0, 1, 2]).ShouldContain("version 9");
    }

    [Fact]
    public void Parse_EveryPrefixAndFlip_IsRightOrThrowsDataException()
    {
        byte[] good = Bytes.Npy("<f4", "2, 2", Bytes.Of(1f, 2, 3, 4));
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = good.ToArray(), cut = good[..i];
            bad[i] ^= 0x04;
            Should.Throw<DataException>(() => Npy.Parse("f", cut));
            try
            {
                Npy.Parse("f", bad).ToFloats().Length.ShouldBeInRange(0, 16);
            }
            catch (DataException e)
            {
                e.Message.ShouldStartWith("File 'f'");
            }
        }
    }

    [Fact]
    public void ToDataSet_ChannelsLast_IsTurned()
    {
        // pixel (y, x) of channel c is 100 c + 10 y + x
        byte[] nhwc = [.. from y in Enumerable.Range(0, 2) from x in Enumerable.Range(0, 5) from c in Enumerable.Range(0, 3) select (byte)(100 * c % 256 + 10 * y + x)];
        Npy x4 = Npy.Parse("x", Bytes.Npy("|u1", "1, 2, 5, 3", nhwc));
        DataSet data = Npy.ToDataSet("t", x4, null, null);
        data.SampleShape.ShouldBe([3, 2, 5]);
        data.Bytes(0)[2 * 10 + 1 * 5 + 4].ShouldBe((byte)(200 + 14));
        Npy.ToDataSet("t", x4, null, "nchw").SampleShape.ShouldBe([2, 5, 3]);
        Should.Throw<DataException>(() => Npy.ToDataSet("t", x4, null, "hwcn")).Message.ShouldContain("nhwc");
    }

    [Fact]
    public void ToDataSet_Shapes_AreSamples()
    {
        Npy y = Npy.Parse("y", Bytes.Npy("<i8", "2, 1", Bytes.Of(0L, 6)));
        DataSet data = Npy.ToDataSet("t", Npy.Parse("x", Bytes.Npy("<f4", "2, 2", Bytes.Of(1f, 2, 3, 4))), y, null);
        data.SampleShape.ShouldBe([2]);
        data.IsBytes.ShouldBeFalse();
        data.Classes.ShouldBe(7);
        Npy.ToDataSet("t", Npy.Parse("x", Bytes.Npy("<f4", "1, 2, 2", Bytes.Of(1f, 2, 3, 4))), null, null).SampleShape.ShouldBe([1, 2, 2]);
        Should.Throw<DataException>(() => Npy.ToDataSet("t", Npy.Parse("x", Bytes.Npy("<f4", "4,", Bytes.Of(1f, 2, 3, 4))), y, null)).Message.ShouldContain("[N, D]");
        Should.Throw<DataException>(() => Npy.ToDataSet("t", Npy.Parse("x", Bytes.Npy("<f4", "4, 1", Bytes.Of(1f, 2, 3, 4))), y, null)).Message.ShouldContain("4 samples, but 2 labels");
    }

    [Fact]
    public void ToLabels_FloatsOrNegative_Throws()
    {
        Should.Throw<DataException>(() => Npy.Parse("y", Bytes.Npy("<f4", "1,", new byte[4])).ToLabels()).Message.ShouldContain("must be integers");
        Should.Throw<DataException>(() => Npy.Parse("y", Bytes.Npy("<i4", "2, 2", new byte[16])).ToLabels()).Message.ShouldContain("[N] or [N, 1]");
        Should.Throw<DataException>(() => Npy.Parse("y", Bytes.Npy("|i1", "2,", [1, 255])).ToLabels()).Message.ShouldContain("label 1 is -1");
    }
}
