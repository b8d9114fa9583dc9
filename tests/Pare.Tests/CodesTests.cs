namespace Pare.Tests;

public class CodesTests
{
    [Fact]
    public void Unpack_AnyWidthAndWindow_GivesWhatWasPacked()
    {
        var rng = new Rng(1);
        for (int bits = 1; bits <= 16; bits++)
        {
            var codes = new ushort[97];
            foreach (ref ushort code in codes.AsSpan()) code = (ushort)rng.NextInt32(1 << bits);
            Codes packed = Codes.Pack(bits, codes);
            for (int start = 0; start < codes.Length; start += 5)
            {
                var window = new ushort[Math.Min(13, codes.Length - start)];
                packed.Unpack(start, window);
                window.ShouldBe(codes[start..(start + window.Length)]);
                packed[start].ShouldBe(codes[start]);
            }
        }
    }

    [Fact]
    public void Pack_CodeTooWide_Throws() => Should.Throw<ArgumentException>(() => Codes.Pack(3, [8]));
}
