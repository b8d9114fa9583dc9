using Pare.Encodings;

namespace Pare.Compression.Methods;

/// <summary>Clusters the numbers of each leaf into a few shared values: Lloyd's k-means in one dimension.</summary>
/// <remarks>
/// Han, Mao, Dally, "Deep Compression", ICLR 2016, section 3. Deterministic for a seed; only the random start draws. A leaf of fewer
/// distinct numbers than clusters keeps each of them exactly.
/// </remarks>
public sealed class KMeansClustering : WeightMethod<KMeansSettings>
{
    private const int Slices = 64; // fixed, so that sums do not depend on the number of threads

    /// <inheritdoc/>
    public override string Name => "cluster.kmeans";

    /// <inheritdoc/>
    public override string Summary => "lets the weights of a layer share a few values";

    /// <inheritdoc/>
    protected override WeightEncoding Encode(Dense leaf, LeafScope where, KMeansSettings settings, CompressionContext context, CancellationToken cancel)
    {
        if (leaf.Length == 0) return leaf; // everything was pruned
        var points = WeightedPoints.Of(leaf, context.Threads);
        cancel.ThrowIfCancellationRequested();
        ScalarKMeans.Result clusters = ScalarKMeans.Run(points, settings, context.Rng(where.Path));
        cancel.ThrowIfCancellationRequested();
        return Assign(leaf, clusters, settings.KeepZero, context.Threads);
    }

    private static Codebook Assign(Dense leaf, ScalarKMeans.Result clusters, bool keepZero, int threads)
    {
        int k = clusters.Centroids.Length;
        float[] bounds = [.. clusters.Bounds.Select(RoundDown)];
        var indices = new ushort[leaf.Length];
        var sums = new double[Slices * k];
        var counts = new long[Slices * k];
        Parallel.For(0, Slices, new ParallelOptions { MaxDegreeOfParallelism = threads }, slice =>
        {
            int start = (int)((long)leaf.Length * slice / Slices), end = (int)((long)leaf.Length * (slice + 1) / Slices);
            ReadOnlySpan<float> values = leaf.Values;
            Span<double> sum = sums.AsSpan(slice * k, k);
            Span<long> count = counts.AsSpan(slice * k, k);
            for (int i = start; i < end; i++)
            {
                int cluster = Above(bounds, values[i]);
                indices[i] = (ushort)cluster;
                sum[cluster] += values[i];
                count[cluster]++;
            }
        });
        var table = new float[k];
        for (int c = 0; c < k; c++)
        {
            double sum = 0;
            long count = 0;
            for (int slice = 0; slice < Slices; slice++)
            {
                sum += sums[slice * k + c];
                count += counts[slice * k + c];
            }
            bool pinned = keepZero && clusters.Centroids[c] == 0;
            table[c] = pinned || count == 0 ? (float)clusters.Centroids[c] : (float)(sum / count);
        }
        return Codebook.Of(leaf.Shape, indices, table);
    }

    // How many bounds lie below the value: the cluster's number.
    private static int Above(float[] bounds, float value)
    {
        int low = 0, high = bounds.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (value > bounds[middle]) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    // The greatest float that is not above: comparing floats with it is comparing them with the double.
    private static float RoundDown(double bound)
    {
        float rounded = (float)bound;
        return rounded > bound ? MathF.BitDecrement(rounded) : rounded;
    }
}
