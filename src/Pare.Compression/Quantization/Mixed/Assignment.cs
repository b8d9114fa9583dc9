using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Mixed;

/// <summary>The cheapest assignments of choices to layers: a knapsack with one choice a layer, for all budgets at once.</summary>
/// <remarks>
/// Dynamic programming over what layers cost above their cheapest choices, in buckets. Costs are rounded up to whole buckets, so that no
/// budget is ever exceeded; with costs that fit the buckets one by one the result is exact. Kellerer, Pferschy, Pisinger, "Knapsack
/// Problems", 2004, section 11.5.
/// </remarks>
internal sealed class Assignment
{
    private const int DefaultBuckets = 20_000;

    private Assignment(long leastCost, ImmutableArray<AssignmentPoint> curve) => (LeastCost, Curve) = (leastCost, curve);

    /// <summary>What the cheapest choices cost.</summary>
    public long LeastCost { get; }

    /// <summary>From the cheapest on: costs rise, damages fall.</summary>
    public ImmutableArray<AssignmentPoint> Curve { get; }

    /// <summary>Solves it.</summary>
    /// <param name="layers">The layers; each has at least one choice, and less than 256.</param>
    /// <param name="buckets">How finely costs are told apart.</param>
    /// <param name="cancel">Stops it.</param>
    public static Assignment Solve(IReadOnlyList<LayerChoices> layers, int buckets = DefaultBuckets, CancellationToken cancel = default)
    {
        long range = layers.Sum(l => l.Costs.Max() - l.Costs.Min());
        long size = Math.Max(1, (range + buckets - 1) / buckets);
        int[][] steps = [.. layers.Select(l => l.Costs.Select(c => (int)((c - l.Costs.Min() + size - 1) / size)).ToArray())];
        int most = steps.Sum(s => s.Max());
        // best[k]: the least damage of the layers so far for at most k buckets; taken[l][k]: the choice of layer l in it.
        double[] best = new double[most + 1], next = new double[most + 1];
        byte[][] taken = [.. layers.Select(_ => new byte[most + 1])];
        for (int l = 0; l < layers.Count; l++)
        {
            cancel.ThrowIfCancellationRequested();
            Array.Fill(next, double.PositiveInfinity);
            for (int c = 0; c < steps[l].Length; c++)
                for (int k = steps[l][c]; k <= most; k++)
                {
                    double damage = best[k - steps[l][c]] + layers[l].Damages[c];
                    if (!(damage < next[k])) continue;
                    next[k] = damage;
                    taken[l][k] = (byte)c;
                }
            (best, next) = (next, best);
        }
        return new Assignment(layers.Sum(l => l.Costs.Min()), Unbeaten(layers, steps, taken, best));
    }

    /// <summary>The best assignment within a budget, or null.</summary>
    public AssignmentPoint? Within(long budget) => Curve.LastOrDefault(p => p.Cost <= budget);

    private static ImmutableArray<AssignmentPoint> Unbeaten(IReadOnlyList<LayerChoices> layers, int[][] steps, byte[][] taken, double[] best)
    {
        var points = new List<AssignmentPoint>();
        long least = long.MaxValue;
        for (int k = best.Length - 1; k >= 0; k--)
        {
            if (k > 0 && !(best[k] < best[k - 1])) continue;
            var choices = new int[layers.Count];
            long cost = 0;
            for (int l = layers.Count - 1, at = k; l >= 0; l--)
            {
                choices[l] = taken[l][at];
                at -= steps[l][choices[l]];
                cost += layers[l].Costs[choices[l]];
            }
            if (cost >= least) continue; // rounding: a later point is no dearer
            least = cost;
            points.Add(new AssignmentPoint(cost, best[k], [.. choices]));
        }
        points.Reverse();
        return [.. points];
    }
}
