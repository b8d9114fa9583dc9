using Pare.Operators;

namespace Pare.Lowering;

/// <summary>Memory that is needed from one step to another, both included.</summary>
internal sealed record Lifetime(long Bytes, int First, int Last);

/// <summary>Places buffers in one arena so that those alive at the same time never overlap.</summary>
/// <remarks>Greedy by size (Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020): the largest first, each at the lowest offset that is free for its whole life.</remarks>
internal static class MemoryPlanner
{
    /// <summary>Every buffer starts at a multiple of this: a cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>Offsets of the buffers, in their order, and the arena's size in bytes.</summary>
    public static (long[] Offsets, long ArenaBytes) Place(ReadOnlySpan<Lifetime> buffers)
    {
        var offsets = new long[buffers.Length];
        Lifetime[] all = buffers.ToArray();
        int[] order = AxisTables.Identity(all.Length);
        Array.Sort(order, (a, b) => all[a].Bytes == all[b].Bytes ? a.CompareTo(b) : all[b].Bytes.CompareTo(all[a].Bytes));
        var placed = new List<int>(all.Length); // sorted by offset
        long arena = 0;
        foreach (int buffer in order)
        {
            long size = RoundUp(all[buffer].Bytes), at = 0;
            foreach (int other in placed)
            {
                if (all[other].Last < all[buffer].First || all[other].First > all[buffer].Last) continue;
                if (offsets[other] - at >= size) break;
                at = Math.Max(at, offsets[other] + RoundUp(all[other].Bytes));
            }
            offsets[buffer] = at;
            placed.Insert(InsertionPoint(placed, offsets, at), buffer);
            arena = Math.Max(arena, at + size);
        }
        return (offsets, arena);
    }

    private static int InsertionPoint(List<int> placed, long[] offsets, long at)
    {
        int low = 0, high = placed.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (offsets[placed[middle]] <= at) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static long RoundUp(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
