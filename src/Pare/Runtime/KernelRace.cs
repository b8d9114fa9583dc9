using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics;
using Pare.Kernels;
using Pare.Threading;

namespace Pare.Runtime;

/// <summary>Measures kernels that could run the same node against each other.</summary>
/// <remarks>
/// All nodes are gone through several times, until methods that run often are compiled for good, and those whose rounds do not agree some times more;
/// of each kernel the least of the rounds' medians counts, so that neither compiling nor a machine that is busy for a while decides. Between two runs memory is read that is as large as
/// the plan, up to a limit, as the other nodes do: a kernel that wins only while its weights stay in the second cache does not win in a network.
/// The inputs are in the caches, for another node has just written them.
/// </remarks>
internal sealed class KernelRace
{
    private const int LeastRounds = 3, MostMoreRounds = 7, LeastRuns = 3, MostRuns = 15;
    private const double Agreement = 1.1, Doubtful = 2;
    private const long LeastEvicted = 1 << 20, MostEvicted = 32 << 20;
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(400);        // compiling in the background starts after 100 ms
    private static readonly long BudgetTicks = Stopwatch.Frequency / 50;             // 20 ms of a kernel in a round

    private readonly PlanOptions _options;
    private readonly CancellationToken _cancel;
    private readonly Action<double>? _progress;
    private readonly WorkerPool _pool;
    private byte[] _others = [];

    /// <summary>Prepares to measure.</summary>
    /// <param name="planBytes">Bytes of the plan.</param>
    /// <param name="options">Its options.</param>
    /// <param name="cancel">Stops measuring.</param>
    /// <param name="progress">Is told how far it is, from 0 to 1.</param>
    public KernelRace(long planBytes, PlanOptions options, CancellationToken cancel, Action<double>? progress)
    {
        _options = options;
        _cancel = cancel;
        _progress = progress;
        _pool = WorkerPool.Shared(options.Threads);
        EvictedBytes = planBytes < LeastEvicted ? 0 : Math.Min((long)BitOperations.RoundUpToPowerOf2((ulong)planBytes), MostEvicted);
    }

    /// <summary>Bytes that are read between two runs: none for a plan that stays in the caches, else a power of two.</summary>
    public long EvictedBytes { get; }

    /// <summary>Measures.</summary>
    /// <param name="nodes">The ways to run each node, by its key.</param>
    public Dictionary<string, KernelTimes> Run(IReadOnlyDictionary<string, ImmutableArray<KernelWay>> nodes)
    {
        if (nodes.Count == 0) return [];
        var medians = nodes.ToDictionary(n => n.Key, n => n.Value.Select(_ => new List<double>()).ToArray(), StringComparer.Ordinal);
        var memory = new TrialMemory(nodes.Values.SelectMany(w => w));
        _others = new byte[EvictedBytes];
        int done = 0;
        void Round(string[] keys)
        {
            foreach (string key in keys)
            {
                for (int i = 0; i < nodes[key].Length; i++) medians[key][i].Add(Seconds(nodes[key][i], memory));
                _progress?.Invoke(Math.Min(1, ++done / (double)(LeastRounds * nodes.Count)));
            }
        }

        _pool.Enter();
        bool flushed = Denormals.Flush(_options.FlushDenormals);
        try
        {
            long start = Stopwatch.GetTimestamp();
            for (int round = 0; round < LeastRounds || Stopwatch.GetElapsedTime(start) < Settled; round++) Round([.. nodes.Keys]);
            for (int round = 0; round < MostMoreRounds; round++) Round([.. nodes.Keys.Where(key => !Agree(medians[key]))]);
        }
        finally
        {
            Denormals.Flush(flushed);
            _pool.Leave();
        }
        return nodes.ToDictionary(n => n.Key, n => new KernelTimes([.. n.Value.Select((way, i) => (way.Name, medians[n.Key][i].Min()))]), StringComparer.Ordinal);
    }

    /// <summary>Whether two rounds agree on the time of each kernel that may be the fastest.</summary>
    /// <param name="medians">Seconds, for each kernel and round.</param>
    internal static bool Agree(IReadOnlyList<List<double>> medians)
    {
        double best = medians.Min(m => m.Min());
        return medians.All(rounds => rounds.Order().ToArray() is [var least, var next, ..] && (next <= Agreement * least || least > Doubtful * best));
    }

    // The median of a few runs, after one that does not count.
    private double Seconds(KernelWay way, TrialMemory memory)
    {
        _cancel.ThrowIfCancellationRequested();
        PreparedKernel kernel = way.Prepare();
        memory.Lay(way);
        Span<long> ticks = stackalloc long[MostRuns];
        int runs = 0;
        long start = Stopwatch.GetTimestamp(), spent;
        Ticks(kernel, memory);
        do
        {
            ticks[runs++] = Ticks(kernel, memory);
            _cancel.ThrowIfCancellationRequested();
            spent = Stopwatch.GetTimestamp() - start;
        }
        while (runs < MostRuns && (spent < BudgetTicks || (runs < LeastRuns && spent < LeastRuns * BudgetTicks)));
        ticks = ticks[..runs];
        ticks.Sort();
        return (double)Math.Max(1, ticks[runs / 2]) / Stopwatch.Frequency;
    }

    private long Ticks(PreparedKernel kernel, TrialMemory memory)
    {
        Touch(_others);
        if (_others.Length > 0) Touch(memory.InputBytes);
        long start = Stopwatch.GetTimestamp();
        kernel.Run(new KernelArguments(memory.Inputs, memory.Outputs, memory.Scratch, _pool));
        return Stopwatch.GetTimestamp() - start;
    }

    private unsafe void Touch(Span<byte> bytes)
    {
        fixed (byte* first = bytes)
            _pool.Run((bytes.Length + TouchJob.Slice - 1) / TouchJob.Slice, new TouchJob(first, bytes.Length));
    }

    /// <summary>Reads and writes a number in each cache line; values stay as they are.</summary>
    private readonly unsafe struct TouchJob(byte* first, int length) : ISliceJob
    {
        public const int Slice = 1 << 16;
        private const int Line = 64;

        public void Execute(int slice, int worker)
        {
            for (int i = slice * Slice; i < Math.Min(length, (slice + 1) * Slice); i += Line)
                Volatile.Write(ref first[i], Volatile.Read(ref first[i]));
        }
    }
}
