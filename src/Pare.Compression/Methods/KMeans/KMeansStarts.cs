namespace Pare.Compression.Methods;

/// <summary>Where the centroids of k-means begin.</summary>
internal static class KMeansStarts
{
    /// <summary><paramref name="count"/> ascending places; there are at least as many points.</summary>
    public static double[] Of(WeightedPoints points, int count, KMeansStart start, Rng rng) => start switch
    {
        _ when count == 1 => [points.Mean(0, points.Length)],
        KMeansStart.Linear => Linear(points, count),
        KMeansStart.Density => Density(points, count),
        _ => PlusPlus(points, count, rng),
    };

    private static double[] Linear(WeightedPoints points, int count)
    {
        double least = points[0], greatest = points[points.Length - 1];
        return [.. Enumerable.Range(0, count).Select(i => least + (greatest - least) * i / (count - 1))];
    }

    private static double[] Density(WeightedPoints points, int count)
    {
        long all = points.Count(0, points.Length);
        return [.. Enumerable.Range(0, count).Select(i => points[points.AtRank((long)((i + 0.5) / count * all))])];
    }

    // The squared distance of all points from their nearest place is known interval by interval from prefix sums, so a draw
    // looks at single points of one interval only.
    private static double[] PlusPlus(WeightedPoints points, int count, Rng rng)
    {
        var places = new List<int> { points.AtRank((long)(rng.NextDouble() * points.Count(0, points.Length))) };
        while (places.Count < count)
        {
            (int From, int To, double Error)[] intervals = [.. Intervals(points, places)];
            double draw = rng.NextDouble() * intervals.Sum(i => i.Error);
            int at = 0;
            while (at < intervals.Length - 1 && draw >= intervals[at].Error) draw -= intervals[at++].Error;
            int point = intervals[at].From;
            double place = points[places[at]];
            int pick = -1;
            for (; point < intervals[at].To; point++)
            {
                double d = points[point] - place;
                if (d == 0) continue;
                pick = point;
                draw -= d * d * points.Count(point, point + 1);
                if (draw < 0) break;
            }
            if (pick < 0) pick = Enumerable.Range(0, points.Length).First(p => places.BinarySearch(p) < 0);
            places.Insert(~places.BinarySearch(pick), pick);
        }
        return [.. places.Select(p => points[p])];
    }

    private static IEnumerable<(int From, int To, double Error)> Intervals(WeightedPoints points, List<int> places)
    {
        int from = 0;
        for (int i = 0; i < places.Count; i++)
        {
            int to = i + 1 < places.Count ? points.FirstAbove((points[places[i]] + points[places[i + 1]]) / 2, from) : points.Length;
            yield return (from, to, points.ErrorAbout(points[places[i]], from, to));
            from = to;
        }
    }
}
