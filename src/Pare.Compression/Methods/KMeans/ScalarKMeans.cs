namespace Pare.Compression.Methods;

/// <summary>Lloyd's k-means of numbers: intervals of sorted points, so that a round costs k log n.</summary>
/// <remarks>
/// With a rate it is entropy-constrained (Chou, Lookabaugh, Gray, IEEE TASSP 1989): a number costs (x - c)^2 + lambda * -log2 p(c).
/// Clusters are still intervals, given by the lower envelope of the lines c^2 + lambda b - 2 c x over x.
/// </remarks>
internal sealed class ScalarKMeans
{
    private readonly WeightedPoints _points;
    private readonly KMeansSettings _settings;
    private readonly double _lambda;
    private double[] _centroids; // ascending
    private double[] _bits; // code length of each; 0 without a rate
    private int[] _starts; // first point of each; one more at the end

    private ScalarKMeans(WeightedPoints points, KMeansSettings settings, Rng rng)
    {
        _points = points;
        _settings = settings;
        _lambda = settings.Rate * points.Variance;
        _centroids = KMeansStarts.Of(points, Math.Min(settings.Count, points.Length), settings.Start, rng);
        if (settings.KeepZero) PinZero();
        _bits = new double[_centroids.Length];
        _starts = [];
    }

    /// <summary>Clusters as intervals.</summary>
    /// <param name="Centroids">Ascending.</param>
    /// <param name="Bounds">One fewer: a number above bound i lies in a cluster after i.</param>
    public readonly record struct Result(double[] Centroids, double[] Bounds);

    /// <summary>Clusters points.</summary>
    public static Result Run(WeightedPoints points, KMeansSettings settings, Rng rng)
    {
        var means = new ScalarKMeans(points, settings, rng);
        means.Iterate(0);
        if (settings.Rate > 0) means.Iterate(means._lambda);
        (int[] active, double[] bounds) = Bounds(means._centroids, means._bits, means._lambda);
        return new Result([.. active.Select(c => means._centroids[c])], bounds);
    }

    private void Iterate(double lambda)
    {
        double still = _settings.Tolerance * (_points[_points.Length - 1] - _points[0]);
        for (int round = 0; round < _settings.Iterations; round++)
        {
            int[] before = _starts;
            Assign(lambda);
            bool refilled = lambda == 0 && Refill();
            double moved = Update();
            if (!refilled && ((before.AsSpan().SequenceEqual(_starts) && moved == 0) || (round > 0 && moved <= still && _settings.Tolerance > 0))) return;
        }
    }

    private void Assign(double lambda)
    {
        (int[] active, double[] bounds) = Bounds(_centroids, _bits, lambda);
        var starts = new int[_centroids.Length + 1];
        int next = 0;
        for (int a = 0; a < active.Length; a++)
        {
            int end = a + 1 < active.Length ? _points.FirstAbove(bounds[a], next) : _points.Length;
            int until = a + 1 < active.Length ? active[a + 1] : _centroids.Length;
            for (int c = active[a] + 1; c <= until; c++) starts[c] = end;
            next = end;
        }
        _starts = starts;
    }

    // An empty cluster takes one half of the cluster of the greatest error: that lowers the error, so it comes to an end.
    private bool Refill()
    {
        int[] empty = [.. Enumerable.Range(0, _centroids.Length).Where(c => _starts[c] == _starts[c + 1] && !IsPinned(c))];
        if (empty.Length == 0) return false;
        int[] widest = [.. Enumerable.Range(0, _centroids.Length).Where(c => _starts[c + 1] > _starts[c] + 1 && !IsPinned(c))
            .OrderByDescending(c => _points.Error(_starts[c], _starts[c + 1])).ThenBy(c => c).Take(empty.Length)];
        for (int i = 0; i < widest.Length; i++)
        {
            int from = _starts[widest[i]], to = _starts[widest[i] + 1];
            int middle = Math.Clamp(_points.FirstAbove(_points.Mean(from, to), from), from + 1, to - 1);
            _centroids[widest[i]] = _points.Mean(from, middle);
            _centroids[empty[i]] = _points.Mean(middle, to);
        }
        if (widest.Length == 0) return false;
        Array.Sort(_centroids);
        Assign(0);
        return true;
    }

    private double Update()
    {
        double moved = 0;
        long all = _points.Count(0, _points.Length);
        for (int c = 0; c < _centroids.Length; c++)
        {
            int from = _starts[c], to = _starts[c + 1];
            if (_settings.Rate > 0) _bits[c] = from == to ? double.PositiveInfinity : Math.Log2((double)all / _points.Count(from, to));
            if (from == to || IsPinned(c)) continue;
            double mean = _points.Mean(from, to);
            moved = Math.Max(moved, Math.Abs(mean - _centroids[c]));
            _centroids[c] = mean;
        }
        return moved;
    }

    private bool IsPinned(int cluster) => _settings.KeepZero && _centroids[cluster] == 0;

    private void PinZero()
    {
        int nearest = 0;
        for (int c = 1; c < _centroids.Length; c++)
            if (Math.Abs(_centroids[c]) < Math.Abs(_centroids[nearest])) nearest = c;
        _centroids[nearest] = 0;
    }

    /// <summary>The clusters that win somewhere, and above which value each next one does.</summary>
    private static (int[] Active, double[] Bounds) Bounds(double[] centroids, double[] bits, double lambda)
    {
        var active = new List<int>(centroids.Length);
        var bounds = new List<double>(centroids.Length);
        for (int c = 0; c < centroids.Length; c++)
        {
            if (double.IsInfinity(bits[c])) continue;
            bool wins = true;
            while (wins && active.Count > 0)
            {
                double bound = Bound(active[^1], c);
                bool lastLoses = double.IsNaN(bound) ? bits[c] < bits[active[^1]] : bounds.Count > 0 && bound <= bounds[^1];
                if (lastLoses)
                {
                    active.RemoveAt(active.Count - 1);
                    if (bounds.Count > 0) bounds.RemoveAt(bounds.Count - 1);
                }
                else if (double.IsNaN(bound)) wins = false;
                else
                {
                    bounds.Add(bound);
                    break;
                }
            }
            if (wins) active.Add(c);
        }
        return ([.. active], [.. bounds]);

        // NaN for two centroids at one place.
        double Bound(int a, int b) => centroids[a] == centroids[b] ? double.NaN
            : (centroids[a] + centroids[b]) / 2 + lambda * (bits[b] - bits[a]) / (2 * (centroids[b] - centroids[a]));
    }
}
