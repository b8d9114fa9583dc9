using System.Collections.Immutable;

namespace Pare.Runtime;

/// <summary>
/// Kernels chosen by measuring them, for <see cref="PlanOptions.Tuning"/>. Where the predicted times of several lie close together, each runs a
/// few times on random numbers and the fastest is taken, and remembered for equal nodes of this and of later plans.
/// </summary>
/// <remarks>
/// What is known holds for one build of Pare, one processor, thread count and options. Kernels round differently, each within its bound, so results
/// of tuned plans may differ in their last bits from machine to machine and from day to day: training, evaluation and search never tune.
/// Plans may be built on several threads at once; they measure one after another.
/// </remarks>
public sealed class KernelTuning
{
    /// <summary>Kernels predicted to take longer than so many times the best are not measured.</summary>
    private const double Closeness = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, KernelTimes> _known;

    /// <summary>Knows nothing yet.</summary>
    public KernelTuning() : this(new Dictionary<string, KernelTimes>(StringComparer.Ordinal)) { }

    private KernelTuning(Dictionary<string, KernelTimes> known) => _known = known;

    /// <summary>How many different nodes are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _known.Count;
        }
    }

    /// <summary>Stops measuring: building the plan then throws <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancel { get; set; }

    /// <summary>Is told how far measuring is, from 0 to 1, for each plan.</summary>
    public Action<double>? Progress { get; set; }

    /// <summary>Reads what was saved.</summary>
    /// <param name="path">The file; nothing is known where there is none, or where another build of Pare wrote it.</param>
    /// <exception cref="TuningException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static KernelTuning Load(string path) => new(TuningFile.Read(path));

    /// <summary>Writes all that is known: aside, then renamed. Its folder must exist.</summary>
    /// <param name="path">The file; what it held before is gone, so load it first.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        lock (_lock) TuningFile.Write(path, _known);
    }

    /// <summary>Chooses kernels, measuring those of nodes that are not known.</summary>
    /// <param name="nodes">For each node the ways to run it, the fastest first by prediction.</param>
    /// <param name="planBytes">Bytes of the plan: what its nodes take through the caches.</param>
    /// <param name="options">Of the plan.</param>
    /// <param name="taken">Becomes the way of each node, where several were measured.</param>
    /// <param name="choices">Becomes what is known of them, where several were measured.</param>
    internal void Choose(ImmutableArray<KernelWay>[] nodes, long planBytes, PlanOptions options, KernelWay[] taken, KernelChoice?[] choices)
    {
        lock (_lock)
        {
            var race = new KernelRace(planBytes, options, Cancel, Progress);
            var rivals = new Dictionary<int, (string Key, ImmutableArray<KernelWay> Ways)>();
            var unknown = new Dictionary<string, ImmutableArray<KernelWay>>(StringComparer.Ordinal);
            for (int i = 0; i < nodes.Length; i++)
            {
                if (Rivals(nodes[i], options) is not { Length: > 1 } ways) continue;
                string key = TuningKey.Of(ways, race.EvictedBytes, options);
                rivals[i] = (key, ways);
                if (!_known.TryGetValue(key, out KernelTimes? known) || !known.AreOf(ways)) unknown.TryAdd(key, ways);
            }
            foreach ((string key, KernelTimes times) in race.Run(unknown)) _known[key] = times;
            foreach ((int i, (string key, ImmutableArray<KernelWay> ways)) in rivals)
            {
                taken[i] = ways[_known[key].Best];
                choices[i] = _known[key].Choice(unknown.ContainsKey(key));
            }
        }
    }

    private static ImmutableArray<KernelWay> Rivals(ImmutableArray<KernelWay> ways, PlanOptions options)
    {
        if (options.Weights == PlanWeights.Compressed && ways[0].Offer.KeepsEncoding) ways = [.. ways.Where(w => w.Offer.KeepsEncoding)];
        double most = Closeness * ways[0].Offer.PredictedSeconds;
        if (ways.Length < 2 || ways[1].Offer.PredictedSeconds > most) return [];
        long room = Math.Min(options.MemoryLimit, Array.MaxLength);
        ImmutableArray<KernelWay> rivals = [.. ways.Where(w => w.Offer.PredictedSeconds <= most && TrialMemory.BytesOf(w) + w.PackedBytes <= room)];
        return !rivals.IsEmpty && ReferenceEquals(rivals[0], ways[0]) ? rivals : [];
    }
}
