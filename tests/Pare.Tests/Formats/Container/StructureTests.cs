using Pare.Formats.Container;

namespace Pare.Tests.Formats.Container;

public class StructureTests
{
    [Fact]
    public void Unpack_OfPacked_GivesTheBytes()
    {
        var rng = new Rng(1);
        for (int length = 1; length < 3000; length = length * 5 / 4 + 1)
            for (int kind = 0; kind < 3; kind++)
            {
                byte[] plain = [.. Enumerable.Range(0, length).Select(i => kind switch { 0 => (byte)0, 1 => (byte)(i % 7), _ => (byte)rng.NextInt32(1 + (i & 15)) })];
                byte[]? packed = StructureCoder.Pack(plain);
                if (packed is not null) StructureCoder.Unpack(packed, length).ShouldBe(plain);
                else (kind == 2 || length < 100).ShouldBeTrue();
            }
    }

    [Fact]
    public void Pack_LongZeros_StaysWithinTheLimitOrIsRefused()
    {
        byte[]? packed = StructureCoder.Pack(new byte[1 << 20]);
        if (packed is not null) StructureCoder.Limit(packed.Length).ShouldBeGreaterThanOrEqualTo(1 << 20);
    }

    [Fact]
    public void Unpack_Noise_GivesBytes()
    {
        var rng = new Rng(2);
        for (int i = 0; i < 50; i++)
            StructureCoder.Unpack([.. Enumerable.Range(0, 30).Select(_ => (byte)rng.NextInt32(256))], 1000).Length.ShouldBe(1000);
    }

    [Fact]
    public void Read_OfWritten_GivesTheValues()
    {
        var writer = new StructureWriter();
        ulong[] numbers = [0, 1, 127, 128, 300, uint.MaxValue, ulong.MaxValue];
        long[] signed = [0, -1, 1, long.MinValue, long.MaxValue];
        string[] texts = ["a", "", "b", "a", "\0\u0001\u0002", "ä€😀", "b", ""];
        Shape open = new([Dim.Named("N") * 2 + Dim.Named("M") * -3 + 5, 7, Dim.Named("N")]);
        foreach (ulong number in numbers) writer.Number(number);
        foreach (long number in signed) writer.Signed(number);
        foreach (string text in texts) writer.Text(text);
        writer.OpenShape(open);
        writer.FixedShape(Shape.Of(3, 4), Shape.Of(3, 4));
        writer.FixedShape(Shape.Of(3, 0), Shape.Of(3, 4));
        var reader = new StructureReader(writer.ToArray());
        foreach (ulong number in numbers) reader.Number(ulong.MaxValue).ShouldBe(number);
        foreach (long number in signed) reader.Signed().ShouldBe(number);
        foreach (string text in texts) reader.Text().ShouldBe(text);
        reader.OpenShape().ShouldBe(open);
        reader.FixedShape(Shape.Of(3, 4), 12).ShouldBe(Shape.Of(3, 4));
        reader.FixedShape(Shape.Of(3, 4), 12).ShouldBe(Shape.Of(3, 0));
        reader.Left.ShouldBe(0);
    }

    [Fact]
    public void Append_TheCheckSequence_IsCrc32C() => Crc32C.Append(Crc32C.Append(0, "1234"u8), "56789"u8).ShouldBe(0xE3069283u);
}
