namespace Pare.Compression.Methods;

/// <summary>Sorted numbers with how often each occurs, and prefix sums over them: the sum of any interval in constant time.</summary>
/// <remarks>
/// Up to <see cref="ExactUpTo"/> numbers are sorted and every distinct one is a point. More are gathered in buckets of the upper 20
/// bits of their order (sign, exponent and 11 bits of the mantissa), each a point at its mean. Bucket sums are integer sums of the
/// lower bits, so they do not depend on how threads share the work.
/// </remarks>
internal sealed class WeightedPoints
{
    public const int ExactUpTo = 1 << 20;
    private const int LowBits = 12, Buckets = 1 << 20;
    private readonly double[] _x;
    private readonly long[] _counts; // before the point
    private readonly double[] _sums; // of x - center, before the point
    private readonly double[] _squares; // of (x - center)^2, before the point
    private readonly double _center;

    private WeightedPoints(double[] x, long[] count)
    {
        _x = x;
        _counts = new long[x.Length + 1];
        _sums = new double[x.Length + 1];
        _squares = new double[x.Length + 1];
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            _counts[i + 1] = _counts[i] + count[i];
            sum += x[i] * count[i];
        }
        _center = sum / _counts[^1];
        for (int i = 0; i < x.Length; i++)
        {
            double d = x[i] - _center;
            _sums[i + 1] = _sums[i] + d * count[i];
            _squares[i + 1] = _squares[i] + d * d * count[i];
        }
    }

    /// <summary>How many points.</summary>
    public int Length => _x.Length;

    /// <summary>The position of a point.</summary>
    public double this[int point] => _x[point];

    /// <summary>Variance of all numbers.</summary>
    public double Variance => Math.Max(0, (_squares[^1] - _sums[^1] * _sums[^1] / _counts[^1]) / _counts[^1]);

    /// <summary>How many numbers points [from, to) stand for.</summary>
    public long Count(int from, int to) => _counts[to] - _counts[from];

    /// <summary>The mean of points [from, to); there must be one.</summary>
    public double Mean(int from, int to) => to == from + 1 ? _x[from] : _center + (_sums[to] - _sums[from]) / Count(from, to);

    /// <summary>The squared error of points [from, to) about their mean.</summary>
    public double Error(int from, int to)
    {
        if (to <= from + 1) return 0;
        double sum = _sums[to] - _sums[from];
        return Math.Max(0, _squares[to] - _squares[from] - sum * sum / Count(from, to));
    }

    /// <summary>The squared error of points [from, to) about another place.</summary>
    public double ErrorAbout(double place, int from, int to)
    {
        if (to == from) return 0;
        double d = Mean(from, to) - place;
        return Error(from, to) + d * d * Count(from, to);
    }

    /// <summary>The first point above a value, among the points from <paramref name="from"/> on.</summary>
    public int FirstAbove(double value, int from)
    {
        int low = from, high = _x.Length;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (_x[middle] > value) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    /// <summary>The point that the number of that rank lies in.</summary>
    public int AtRank(long rank)
    {
        int at = _counts.AsSpan().BinarySearch(rank + 1);
        return (at < 0 ? ~at : at) - 1;
    }

    /// <summary>The points of a leaf, at least one number; exact where there are few.</summary>
    public static WeightedPoints Of(Dense leaf, int threads) => leaf.Length <= ExactUpTo ? Exact(leaf.Values) : Bucketed(leaf, threads);

    private static WeightedPoints Exact(ReadOnlySpan<float> values)
    {
        float[] sorted = values.ToArray();
        Array.Sort(sorted);
        var x = new double[sorted.Length];
        var count = new long[sorted.Length];
        int points = 0;
        foreach (float value in sorted)
        {
            if (points == 0 || x[points - 1] != value) x[points++] = value;
            count[points - 1]++;
        }
        return new WeightedPoints(x[..points], count);
    }

    private static WeightedPoints Bucketed(Dense leaf, int threads)
    {
        var counts = new long[Buckets];
        var lows = new long[Buckets];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, slice =>
        {
            int start = (int)((long)leaf.Length * slice / threads), end = (int)((long)leaf.Length * (slice + 1) / threads);
            var own = new int[Buckets];
            var ownLows = new long[Buckets];
            foreach (float value in leaf.Values[start..end])
            {
                uint order = Order(value);
                own[order >> LowBits]++;
                ownLows[order >> LowBits] += order & ((1 << LowBits) - 1);
            }
            lock (counts)
                for (int i = 0; i < Buckets; i++)
                {
                    counts[i] += own[i];
                    lows[i] += ownLows[i];
                }
        });
        int points = counts.Count(c => c > 0);
        var x = new double[points];
        var count = new long[points];
        for (int i = 0, at = 0; i < Buckets; i++)
        {
            if (counts[i] == 0) continue;
            // Within a bucket a float is linear in its order, so the mean float stands at the mean order.
            double first = Value((uint)i << LowBits), last = Value((uint)i << LowBits | ((1 << LowBits) - 1));
            x[at] = first + (last - first) / ((1 << LowBits) - 1) * ((double)lows[i] / counts[i]);
            count[at++] = counts[i];
        }
        return new WeightedPoints(x, count);
    }

    // An unsigned integer that orders as the float does: negative ones are turned round.
    private static uint Order(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return bits >> 31 == 0 ? bits | 0x80000000 : ~bits;
    }

    private static float Value(uint order) => BitConverter.UInt32BitsToSingle(order >> 31 == 0 ? ~order : order & 0x7FFFFFFF);
}
