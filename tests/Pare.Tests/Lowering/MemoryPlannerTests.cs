using Pare.Lowering;

namespace Pare.Tests.Lowering;

public class MemoryPlannerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Place_RandomLifetimes_NeverOverlapsInSpaceAndTime(int seed)
    {
        var rng = new Rng((ulong)seed);
        var buffers = new Lifetime[200];
        for (int i = 0; i < buffers.Length; i++)
        {
            int first = rng.NextInt32(50);
            buffers[i] = new Lifetime(rng.NextInt32(5000), first, first + rng.NextInt32(10));
        }

        (long[] offsets, long arena) = MemoryPlanner.Place(buffers);

        for (int a = 0; a < buffers.Length; a++)
        {
            (offsets[a] % MemoryPlanner.Alignment).ShouldBe(0);
            (offsets[a] + buffers[a].Bytes).ShouldBeLessThanOrEqualTo(arena);
            for (int b = 0; b < a; b++)
            {
                bool together = buffers[a].First <= buffers[b].Last && buffers[b].First <= buffers[a].Last;
                bool overlap = offsets[a] < offsets[b] + buffers[b].Bytes && offsets[b] < offsets[a] + buffers[a].Bytes;
                (together && overlap).ShouldBeFalse($"buffers {a} and {b}");
            }
        }
    }

    [Fact]
    public void Place_AChain_NeedsTheTwoLargestNeighboursOnly()
    {
        Lifetime[] chain = [new(640, -1, 0), new(1280, 0, 1), new(640, 1, 2), new(64, 2, 3)];

        MemoryPlanner.Place(chain).ArenaBytes.ShouldBe(1920);
    }
}
