namespace Pare.Compression.Methods;

/// <summary>Finds the k-th largest magnitude of many numbers exactly, in two linear passes and without copying or sorting them.</summary>
/// <remarks>
/// The bits of a non-negative float order as the float does, so a histogram of the upper 16 of its 31 bits finds the bucket of the
/// answer and one of the lower 15 the answer. Counts are integers: the result does not depend on how threads share the work.
/// </remarks>
internal sealed class MagnitudeRanking(int threads)
{
    private const int LowBits = 15, ParallelFrom = 1 << 20;
    private readonly List<(Dense Leaf, float Scale)> _groups = [];

    /// <summary>Adds numbers whose score is |w| * scale.</summary>
    public void Add(Dense leaf, float scale = 1) => _groups.Add((leaf, scale));

    /// <summary>The order of a number: larger scores have larger keys; 0 for zeros alone.</summary>
    public static uint Key(float value, float scale) => BitConverter.SingleToUInt32Bits(MathF.Abs(value) * scale);

    /// <summary>How to keep exactly <paramref name="keep"/> numbers, or all that are not zero where they are fewer.</summary>
    /// <returns>Numbers of a larger key stay, and of those with this key the first <c>AtKey</c>.</returns>
    public (uint Key, long AtKey) Cut(long keep)
    {
        (long[] upper, long zeros) = Histogram(null);
        keep = Math.Min(keep, upper.Sum() - zeros);
        if (keep == 0) return (uint.MaxValue, 0);
        (int bucket, long left) = FromTop(upper, keep);
        (int low, long equals) = FromTop(Histogram((uint)bucket).Counts, left);
        return ((uint)bucket << LowBits | (uint)low, equals);
    }

    // The bucket in which the keep-th number from the top lies, and which number of that bucket it is.
    private static (int Bucket, long Left) FromTop(long[] counts, long keep)
    {
        int bucket = counts.Length - 1;
        for (; counts[bucket] < keep; bucket--) keep -= counts[bucket];
        return (bucket, keep);
    }

    /// <summary>Counts by the upper bits, or by the lower bits of the numbers of one bucket.</summary>
    private (long[] Counts, long Zeros) Histogram(uint? bucket)
    {
        var total = new long[1 << 16];
        long zeros = 0;
        foreach ((Dense leaf, float scale) in _groups)
        {
            int slices = leaf.Length < ParallelFrom ? 1 : threads;
            Parallel.For(0, slices, new ParallelOptions { MaxDegreeOfParallelism = threads }, slice =>
            {
                int start = (int)((long)leaf.Length * slice / slices), end = (int)((long)leaf.Length * (slice + 1) / slices);
                var counts = new long[total.Length];
                long none = Count(leaf.Values[start..end], scale, bucket, counts);
                lock (total)
                {
                    zeros += none;
                    for (int i = 0; i < counts.Length; i++) total[i] += counts[i];
                }
            });
        }
        return (total, zeros);
    }

    private static long Count(ReadOnlySpan<float> values, float scale, uint? bucket, long[] counts)
    {
        long zeros = 0;
        if (bucket is { } only)
        {
            foreach (float value in values)
            {
                uint key = Key(value, scale);
                if (key >> LowBits == only) counts[key & ((1 << LowBits) - 1)]++;
            }
            return zeros;
        }
        foreach (float value in values)
        {
            uint key = Key(value, scale);
            counts[key >> LowBits]++;
            if (key == 0) zeros++;
        }
        return zeros;
    }
}
