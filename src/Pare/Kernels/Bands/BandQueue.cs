namespace Pare.Kernels.Bands;

/// <summary>Which bands are still to be done, by range: a thread takes those of its own one after the other, then half of what another has left.</summary>
/// <remarks>A range is one number, (first, end), on a cache line of its own, so that it changes at once. A pair that comes back stands for the same bands, still to be done.</remarks>
internal readonly unsafe struct BandQueue
{
    private const int Step = 64 / sizeof(long);

    private readonly long* _ranges;
    private readonly int _count;

    /// <summary>Of a run that begins.</summary>
    /// <param name="memory"><see cref="Bytes"/>, 64-byte aligned.</param>
    /// <param name="schedule">Which range each thread begins with.</param>
    public BandQueue(byte* memory, BandSchedule schedule)
    {
        _ranges = (long*)memory;
        _count = schedule.Ranges;
        for (int range = 0; range < _count; range++) _ranges[range * Step] = Pair(schedule.FirstBand(range), schedule.FirstBand(range + 1));
    }

    /// <summary>Memory for so many ranges.</summary>
    public static long Bytes(int ranges) => (long)ranges * Step * sizeof(long);

    /// <summary>Takes the next band of a range; false where there is none.</summary>
    public bool Take(int range, out int band)
    {
        while (true)
        {
            long pair = Volatile.Read(ref _ranges[range * Step]);
            (band, int end) = Of(pair);
            if (band >= end) return false;
            if (Interlocked.CompareExchange(ref _ranges[range * Step], Pair(band + 1, end), pair) == pair) return true;
        }
    }

    /// <summary>Moves half of what another range has left, its end, to a range that is empty; false where no other has anything left.</summary>
    public bool TakeOver(int range)
    {
        for (int i = 1; i < _count; i++)
        {
            int other = (range + i) % _count;
            while (true)
            {
                long pair = Volatile.Read(ref _ranges[other * Step]);
                (int first, int end) = Of(pair);
                if (first >= end) break;
                int middle = first + (end - first) / 2;
                if (Interlocked.CompareExchange(ref _ranges[other * Step], Pair(first, middle), pair) != pair) continue;
                Volatile.Write(ref _ranges[range * Step], Pair(middle, end));
                return true;
            }
        }
        return false;
    }

    private static long Pair(int first, int end) => (long)end << 32 | (uint)first;

    private static (int First, int End) Of(long pair) => ((int)pair, (int)(pair >> 32));
}
