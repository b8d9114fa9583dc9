namespace Pare.Tests.Encodings;

public class CodesTests
{
    [Fact]
    public void Unpack_EveryWidthAndStart_GivesWhatWasPacked()
    {
        var rng = new Rng(1);
        for (int bits = 1; bits <= 16; bits++)
            for (int count = 0; count < 40; count++)
            {
                ushort[] values = [.. Enumerable.Range(0, count).Select(_ => (ushort)rng.NextInt32(1 << bits))];
                Codes codes = Codes.Pack(bits, values);
                for (int start = 0; start <= count; start++)
                {
                    var unpacked = new ushort[count - start];
                    codes.Unpack(start, unpacked);
                    unpacked.ShouldBe(values[start..]);
                }
            }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 4)]
    [InlineData(3, 1)]
    public void Unpack_OutsideTheCodes_Throws(int start, int count)
    {
        Codes codes = Codes.Pack(5, [1, 2, 3]);
        Should.Throw<ArgumentOutOfRangeException>(() => codes.Unpack(start, new ushort[count]));
    }

    [Fact]
    public void Pack_TooLargeACode_Throws() => Should.Throw<ArgumentException>(() => Codes.Pack(3, [8])).Message.ShouldContain("8 does not fit in 3 bits");
}
