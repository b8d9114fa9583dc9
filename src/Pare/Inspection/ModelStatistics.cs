using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Pare.Inspection;

/// <summary>What the numbers of a model's weights are like: one pass over them, decoded in pieces.</summary>
/// <param name="Weights">Those of each weight.</param>
/// <param name="All">Those of all together.</param>
public sealed record ModelStatistics(ImmutableDictionary<string, WeightStatistics> Weights, WeightStatistics All)
{
    private const int Piece = 1 << 14;

    /// <summary>Looks at every weight of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Threads; the result does not depend on them.</param>
    /// <param name="cancel">Stops.</param>
    public static ModelStatistics Of(Model model, int threads, CancellationToken cancel)
    {
        var found = new ConcurrentDictionary<string, Sums>(StringComparer.Ordinal);
        // The largest first: whoever is done takes the next.
        (string Name, WeightEncoding Weight)[] weights = [.. model.Weights.Select(w => (w.Key, w.Value)).OrderByDescending(w => w.Value.Length)];
        Parallel.ForEach(
            Partitioner.Create(weights, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel },
            w => found[w.Name] = Look(w.Weight, cancel));
        var all = new Sums();
        foreach (Sums sums in found.Values) all.Add(sums);
        return new ModelStatistics(found.ToImmutableDictionary(f => f.Key, f => f.Value.Result()), all.Result());
    }

    private static Sums Look(WeightEncoding weight, CancellationToken cancel)
    {
        var sums = new Sums();
        float[] piece = weight is Dense ? [] : new float[Math.Min(Piece, weight.Length)];
        for (int start = 0; start < weight.Length; start += Piece)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(Piece, weight.Length - start);
            if (weight is Dense dense)
            {
                sums.Add(dense.Values.Slice(start, count));
                continue;
            }
            weight.Decode(start, piece.AsSpan(0, count));
            sums.Add(piece.AsSpan(0, count));
        }
        return sums;
    }

    private sealed class Sums
    {
        private readonly DistinctValues _distinct = new();
        private long _count, _zeros, _nans;
        private float _least = float.PositiveInfinity, _most = float.NegativeInfinity;

        public WeightStatistics Result() =>
            new(_count, _zeros, _distinct.Count, _nans == _count ? float.NaN : _least, _nans == _count ? float.NaN : _most, _nans);

        public void Add(Sums other)
        {
            _count += other._count;
            _zeros += other._zeros;
            _nans += other._nans;
            _least = MathF.Min(_least, other._least);
            _most = MathF.Max(_most, other._most);
            _distinct.Add(other._distinct);
        }

        // Lanes of the widest vector; the tail one by one. Counts in a lane stay below 2^14. NaN is no number to compare with: it is
        // replaced by a value that changes neither end.
        public void Add(ReadOnlySpan<float> values)
        {
            _count += values.Length;
            ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
            Vector<float> least = new(_least), most = new(_most);
            Vector<int> zeros = Vector<int>.Zero, nans = Vector<int>.Zero;
            foreach (Vector<float> v in vectors)
            {
                Vector<int> number = Vector.Equals(v, v);
                least = Vector.Min(least, Vector.ConditionalSelect(number, v, new Vector<float>(float.PositiveInfinity)));
                most = Vector.Max(most, Vector.ConditionalSelect(number, v, new Vector<float>(float.NegativeInfinity)));
                zeros -= Vector.Equals(v, Vector<float>.Zero);
                nans += number + Vector<int>.One;
            }
            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                _least = MathF.Min(_least, least[lane]);
                _most = MathF.Max(_most, most[lane]);
            }
            _zeros += Vector.Sum(zeros);
            _nans += Vector.Sum(nans);
            foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
            {
                if (value == 0) _zeros++;
                if (float.IsNaN(value)) _nans++;
                else (_least, _most) = (MathF.Min(_least, value), MathF.Max(_most, value));
            }
            _distinct.Add(values);
        }
    }
}
