namespace Pare.Operators;

/// <summary>Counts how often known runs of integers (n-grams) stand in a sequence [C] or in each row of [N, C]; up to some elements may be skipped between two.</summary>
public sealed record TfIdfVectorizer : Operator
{
    /// <summary>Length of the shortest runs counted.</summary>
    public int Shortest { get; init; }

    /// <summary>Length of the longest runs counted.</summary>
    public int Longest { get; init; }

    /// <summary>Most elements that are skipped between two of a run, the same number everywhere in it.</summary>
    public int MostSkipped { get; init; }

    /// <summary>The result is the count, the weight where the count is not 0, or their product: "TF", "IDF", "TFIDF".</summary>
    public string Mode { get; init; } = "TF";

    /// <summary>All runs that are known, shorter ones first, one after another.</summary>
    public ValueList<long> Pool { get; init; }

    /// <summary>Where in the pool the runs of 1, 2, ... elements start.</summary>
    public ValueList<long> Starts { get; init; }

    /// <summary>For each run its place in the result.</summary>
    public ValueList<long> Places { get; init; }

    /// <summary>For each run its weight; empty: 1.</summary>
    public ValueList<float> Weights { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("TfIdfVectorizer", Read, SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "TfIdfVectorizer";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Holds(0, DType.I32, DType.I64);
        Shape x = s.ShapeOfRank(0, 1, 2);
        s.Output(DType.F32, new Shape([.. x.Take(x.Rank - 1), Places.Max() + 1]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        Dictionary<string, int> known = Runs();
        int length = x.Dims[^1], width = y.Dims[^1];
        long[] all = x.ToInt64s();
        for (int row = 0; row < y.Length / width; row++)
        {
            Span<float> counts = y.Floats.Slice(row * width, width);
            counts.Clear();
            foreach (int run in Found(all.AsSpan(row * length, length).ToArray(), known)) counts[(int)Places[run]]++;
            if (Mode == "TF") continue;
            for (int run = 0; run < Places.Count; run++)
            {
                ref float count = ref counts[(int)Places[run]];
                float weight = Weights.IsEmpty ? 1 : Weights[run];
                count = Mode == "TFIDF" ? count * weight : count > 0 ? weight : 0;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(9, Name);
        w.Int("min_gram_length", Shortest);
        w.Int("max_gram_length", Longest);
        w.Int("max_skip_count", MostSkipped);
        w.Text("mode", Mode);
        w.Ints("pool_int64s", [.. Pool]);
        w.Ints("ngram_counts", [.. Starts]);
        w.Ints("ngram_indexes", [.. Places]);
        if (!Weights.IsEmpty) w.Floats("weights", [.. Weights]);
    }

    private IEnumerable<int> Found(long[] sequence, Dictionary<string, int> known)
    {
        for (int length = Shortest; length <= Longest; length++)
            for (int step = 1; step <= (length == 1 ? 1 : MostSkipped + 1); step++) // one element alone skips nothing
                for (int start = 0; start + (length - 1) * step < sequence.Length; start++)
                    if (known.TryGetValue(Key(Enumerable.Range(0, length).Select(i => sequence[start + i * step])), out int run)) yield return run;
    }

    private Dictionary<string, int> Runs()
    {
        var runs = new Dictionary<string, int>(StringComparer.Ordinal);
        long[] pool = [.. Pool];
        for (int length = 1, run = 0; length <= Starts.Count; length++)
            for (int at = (int)Starts[length - 1], end = length < Starts.Count ? (int)Starts[length] : pool.Length; at + length <= end; at += length)
                runs[Key(pool[at..(at + length)])] = run++;
        return runs;
    }

    private static string Key(IEnumerable<long> run) => string.Join(' ', run);

    private static TfIdfVectorizer Read(OperatorReader r)
    {
        if (r.Has("pool_strings")) throw new UnsupportedException($"Node '{r.NodeName}' (TfIdfVectorizer): runs of texts are not supported; runs of integers (pool_int64s) are.");
        string mode = r.Text("mode");
        if (mode is not ("TF" or "IDF" or "TFIDF")) throw r.Fail($"attribute 'mode' is '{mode}'; 'TF', 'IDF' or 'TFIDF' is needed.");
        if (List<long>(r.Ints("ngram_counts")).Any(s => s < 0 || s > r.Ints("pool_int64s").Length))
            throw r.Fail("attribute 'ngram_counts' names a place outside of 'pool_int64s'.");
        var read = new TfIdfVectorizer
        {
            Shortest = r.Int32("min_gram_length", least: 1),
            Longest = r.Int32("max_gram_length", least: 1),
            MostSkipped = r.Int32("max_skip_count", least: 0, most: int.MaxValue - 1),
            Mode = mode,
            Pool = List<long>(r.Ints("pool_int64s")),
            Starts = List<long>(r.Ints("ngram_counts")),
            Places = List<long>(r.Ints("ngram_indexes")),
            Weights = List<float>(r.Floats("weights")),
        };
        int runs = read.Runs().Count;
        if (read.Places.IsEmpty || read.Places.Any(p => p is < 0 or > int.MaxValue - 1) || read.Places.Count < runs)
            throw r.Fail($"attribute 'ngram_indexes' has {read.Places.Count} places for {runs} runs; each run needs one, not negative.");
        if (!read.Weights.IsEmpty && read.Weights.Count != read.Places.Count)
            throw r.Fail($"attribute 'weights' has {read.Weights.Count} numbers for {read.Places.Count} runs.");
        return read;
    }

    private static ValueList<T> List<T>(System.Collections.Immutable.ImmutableArray<T> values) where T : IEquatable<T> => new(values.IsDefault ? [] : values);
}
