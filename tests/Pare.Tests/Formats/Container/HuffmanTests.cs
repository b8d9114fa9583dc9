using Pare.Formats.Container.Codecs;

namespace Pare.Tests.Formats.Container;

public class HuffmanTests
{
    [Theory]
    [InlineData(1, 1000)]
    [InlineData(2, 3)]
    [InlineData(4, 5000)]
    [InlineData(5, 2)]
    [InlineData(8, 100_000)]
    [InlineData(12, 20_000)]
    [InlineData(16, 60_000)]
    public void Decode_OfEncoded_GivesTheSymbols(int bits, int count)
    {
        for (int skew = 0; skew < 6; skew++)
        {
            ushort[] symbols = Symbols(bits, count, skew);
            CodecPlan? plan = new Huffman().Plan(bits, Counts(bits, symbols));
            if (plan is null)
            {
                symbols.Distinct().Count().ShouldBeGreaterThan(1 << CodeLengths.Limit);
                continue;
            }
            Decode(Encode(plan, symbols), bits, count).ShouldBe(symbols);
        }
    }

    [Fact]
    public void Plan_FibonacciCounts_StaysWithinTheLimit()
    {
        var counts = new int[32];
        (counts[0], counts[1]) = (1, 1);
        for (int i = 2; i < counts.Length; i++) counts[i] = counts[i - 1] + counts[i - 2];
        byte[] lengths = CodeLengths.Of(counts)!;
        lengths.Max().ShouldBe((byte)CodeLengths.Limit);
        lengths.Sum(l => Math.Pow(2, -l)).ShouldBe(1);
    }

    [Fact]
    public void Of_Counts_CostsAsLittleAsHuffmansOwnCode()
    {
        var rng = new Rng(4);
        for (int round = 0; round < 50; round++)
        {
            int[] counts = [.. Enumerable.Range(0, 2 + rng.NextInt32(60)).Select(_ => 1 + rng.NextInt32(1 << rng.NextInt32(8)))];
            byte[] lengths = CodeLengths.Of(counts)!;
            lengths.Sum(l => Math.Pow(2, -l)).ShouldBe(1);
            long cost = counts.Select((c, i) => (long)c * lengths[i]).Sum();
            cost.ShouldBe(Greedy(counts), $"round {round}");
        }
    }

    [Fact]
    public void Plan_OneSymbolOrNone_NeedsNoBitsEach()
    {
        ushort[] symbols = [.. Enumerable.Repeat((ushort)19, 1000)];
        CodecPlan plan = new Huffman().Plan(5, Counts(5, symbols))!;
        plan.Bytes.ShouldBe(1);
        plan.IsFree.ShouldBeTrue();
        Decode(Encode(plan, symbols), 5, 1000).ShouldBe(symbols);
        new Huffman().Plan(5, new int[32]).ShouldBeNull();
    }

    [Fact]
    public void Plan_GeometricGaps_HasASmallTable()
    {
        // Gaps at 8 % density: the table of a 5-bit alphabet is a few bytes, whatever the noise in the counts.
        var rng = new Rng(6);
        var counts = new int[32];
        for (int i = 0; i < 20_000; i++) counts[Math.Min(31, (int)(Math.Log(1 - rng.NextDouble()) / Math.Log(0.92)))]++;
        CodeLengths.TableBits(5, new Huffman().Plan(5, counts)!.Lengths!).ShouldBeLessThan(80);
    }

    [Fact]
    public void Decode_ChangedBytes_GivesSymbolsOrThrowsModelException()
    {
        var rng = new Rng(7);
        ushort[] symbols = Symbols(6, 500, 2);
        byte[] payload = Encode(new Huffman().Plan(6, Counts(6, symbols))!, symbols);
        int thrown = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] changed = [.. payload];
            for (int k = rng.NextInt32(4); k >= 0; k--) changed[rng.NextInt32(payload.Length - PartCodec.Padding)] ^= (byte)(1 << rng.NextInt32(8));
            if (rng.NextInt32(4) == 0) changed = [.. changed[..rng.NextInt32(payload.Length - PartCodec.Padding)], .. new byte[PartCodec.Padding]];
            try
            {
                Decode(changed, 6, 500).Max().ShouldBeLessThan((ushort)64);
            }
            catch (ModelException)
            {
                thrown++;
            }
        }
        thrown.ShouldBeInRange(1_000, 19_000);
    }

    private static ushort[] Symbols(int bits, int count, int skew)
    {
        var rng = new Rng(3, (ulong)(bits * 100 + skew));
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double draw = rng.NextDouble();
            return (ushort)(Math.Pow(draw, 1 + skew * skew) * (1 << bits));
        })];
    }

    private static int[] Counts(int bits, ushort[] symbols)
    {
        var counts = new int[1 << bits];
        foreach (ushort symbol in symbols) counts[symbol]++;
        return counts;
    }

    private static byte[] Encode(CodecPlan plan, ushort[] symbols)
    {
        var payload = new byte[plan.Bytes + PartCodec.Padding];
        plan.Codec.Encode(plan, symbols, payload.AsSpan(0, plan.Bytes));
        return payload;
    }

    private static ushort[] Decode(byte[] padded, int bits, int count)
    {
        var symbols = new ushort[count];
        new Huffman().Decode(padded, bits, symbols);
        return symbols;
    }

    /// <summary>The cost of Huffman's own construction, which is optimal; counts here never make codes longer than the limit.</summary>
    private static long Greedy(int[] counts)
    {
        var queue = new PriorityQueue<long, long>(counts.Select(c => ((long)c, (long)c)));
        long cost = 0;
        while (queue.Count > 1)
        {
            long sum = queue.Dequeue() + queue.Dequeue();
            cost += sum;
            queue.Enqueue(sum, sum);
        }
        return cost;
    }
}
