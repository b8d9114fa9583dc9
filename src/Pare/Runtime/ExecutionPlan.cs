using System.Collections.Immutable;
using Pare.Kernels;
using Pare.Lowering;
using Pare.Threading;

namespace Pare.Runtime;

/// <summary>A model bound to shapes, kernels and memory offsets. Building it does all choosing; running it does none. Immutable: share it between threads, with a <see cref="Session"/> for each.</summary>
public sealed class ExecutionPlan
{
    private ExecutionPlan(Model lowered, ImmutableArray<PlanStep> steps, ImmutableArray<PlanRun> runs, IReadOnlyDictionary<string, Place> ports, long arenaBytes, PlanOptions options)
    {
        Lowered = lowered;
        Steps = steps;
        Runs = runs;
        Ports = ports;
        ArenaBytes = arenaBytes;
        Threads = options.Threads;
        FlushesDenormals = options.FlushDenormals;
        Notes = options.EmissionFault is { } why ? [why] : [];
    }

    /// <summary>The model as it runs: simplified, every shape fixed.</summary>
    public Model Lowered { get; }

    /// <summary>The steps in order, one for each node of <see cref="Lowered"/>.</summary>
    public ImmutableArray<PlanStep> Steps { get; }

    /// <summary>The same as a session runs them: those together that run band by band.</summary>
    internal ImmutableArray<PlanRun> Runs { get; }

    /// <summary>Bytes of a session's activations and scratch.</summary>
    public long ArenaBytes { get; }

    /// <summary>Bytes of packed weights, shared by all sessions, and by other plans of the same <see cref="Model"/> object where they pack them alike.</summary>
    public long PackedBytes => Steps.Sum(s => s.PackedBytes);

    /// <summary>Threads of one run.</summary>
    public int Threads { get; }

    /// <summary>What a user should know of how the plan runs: that machine code was asked for and could not be made, and why.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Whether runs count numbers too small for full precision as 0, see <see cref="PlanOptions.FlushDenormals"/>.</summary>
    internal bool FlushesDenormals { get; }

    /// <summary>Inputs and outputs by name.</summary>
    internal IReadOnlyDictionary<string, Place> Ports { get; }

    /// <summary>Makes a plan.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Threads and processor features.</param>
    /// <param name="bindings">Values of the names in input shapes, for example N = 32; a name that is not bound is 1.</param>
    /// <exception cref="UnsupportedException">The model needs what Pare lacks; all of it is named.</exception>
    /// <exception cref="ModelException">The bound shapes do not fit, sums of integers might not fit in 32 bits, the activations need more than 2 GiB, or the plan more than <see cref="PlanOptions.MemoryLimit"/>.</exception>
    /// <remarks>Plans of one <see cref="Model"/> object, for several batch sizes for example, share the weights that they pack alike.</remarks>
    public static ExecutionPlan Build(Model model, PlanOptions? options = null, IReadOnlyDictionary<string, long>? bindings = null)
    {
        options ??= new PlanOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads, nameof(options));
        try
        {
            return Make(model, options, bindings);
        }
        catch (EmissionException e)
        {
            return Make(model, options with { EmittedKernels = [], EmissionFault = $"{e.Message} The kernels of C# run." }, bindings);
        }
    }

    private static ExecutionPlan Make(Model model, PlanOptions options, IReadOnlyDictionary<string, long>? bindings)
    {
        PackedWeights shared = PackedWeights.Of(model);
        Model lowered = shared.Known(model, Lower.Run(model, bindings, options.IntegerArithmetic));
        PlanRoom.RequireValues(lowered);
        long weights = WeightsOf(lowered);
        ImmutableArray<KernelWay>[] ways = lowered.Nodes.Map(n => Ways(lowered, n, weights, options, shared));
        KernelWay[] taken = ways.Map(w => w[0]);
        (ArenaLayout arena, ImmutableArray<JoinedNodes> joined, long packed) = Lay(lowered, taken, options);
        var choices = new KernelChoice?[taken.Length];
        if (options.Tuning is { } tuning)
        {
            // Only what fits by the cost model is measured at all; what the measured kernels need may differ.
            tuning.Choose(ways, arena.Bytes + packed, options, taken, choices);
            (arena, joined, _) = Lay(lowered, taken, options);
        }
        foreach (JoinedNodes nodes in joined) nodes.Chain.Announce();
        var steps = new PlanStep[taken.Length];
        WorkerPool.Shared(options.Threads).Run(taken.Length, new PrepareJob(taken, ways, choices, steps));
        var all = ImmutableArray.CreateRange(steps.Select((s, i) => s.At(
            [.. s.Node.Inputs.Select(arena.PlaceOf)], [.. s.Node.Outputs.Select(arena.PlaceOf)], arena.ScratchOffsets[i],
            joined.Any(j => j.First <= i && i < j.End - 1) ? steps[i + 1].Node.Name : null)));
        return new ExecutionPlan(
            lowered, all, RunsOf(all, joined),
            lowered.Inputs.Map(i => i.Name).Concat(lowered.Outputs).Distinct().ToDictionary(n => n, arena.PlaceOf, StringComparer.Ordinal),
            arena.Bytes, options);
    }

    /// <summary>What a plan would take, without making it: no weight is decoded or packed, and <see cref="PlanOptions.Tuning"/> is not asked.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Threads and processor features.</param>
    /// <param name="bindings">Values of the names in input shapes; a name that is not bound is 1.</param>
    /// <exception cref="ModelException">As <see cref="Build"/>; a plan over 2 GiB is measured all the same.</exception>
    public static PlanMemory Measure(Model model, PlanOptions? options = null, IReadOnlyDictionary<string, long>? bindings = null)
    {
        options ??= new PlanOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads, nameof(options));
        Model lowered = Lower.Run(WeightOutline.Of(model), bindings, options.IntegerArithmetic);
        long weights = WeightsOf(lowered);
        KernelWay[] taken = lowered.Nodes.Map(n => Ways(lowered, n, weights, options, null)[0]);
        (ArenaLayout arena, _, long packed) = Place(lowered, taken, options);
        return new PlanMemory(ArenaLayout.Of(lowered, new long[taken.Length]).Bytes, arena.Bytes, packed);
    }

    private static (ArenaLayout Arena, ImmutableArray<JoinedNodes> Joined, long Packed) Lay(Model lowered, KernelWay[] taken, PlanOptions options)
    {
        (ArenaLayout arena, ImmutableArray<JoinedNodes> joined, long packed) = Place(lowered, taken, options);
        PlanRoom.Require(arena.Bytes, packed, options.MemoryLimit);
        return (arena, joined, packed);
    }

    private static (ArenaLayout Arena, ImmutableArray<JoinedNodes> Joined, long Packed) Place(Model lowered, KernelWay[] taken, PlanOptions options)
    {
        ImmutableArray<JoinedNodes> joined = JoinedNodes.Of(lowered, taken, options.Bands, options.Threads);
        long[] scratch = taken.Map(w => w.Offer.ScratchBytes);
        foreach (JoinedNodes nodes in joined)
        {
            scratch.AsSpan(nodes.First, nodes.Count).Clear();
            scratch[nodes.First] = nodes.Chain.ScratchBytes;
        }
        return (ArenaLayout.Of(lowered, scratch, joined.Select(j => j.First..j.End)), joined, taken.Sum(w => w.PackedBytes));
    }

    private static ImmutableArray<PlanRun> RunsOf(ImmutableArray<PlanStep> steps, ImmutableArray<JoinedNodes> joined)
    {
        var runs = ImmutableArray.CreateBuilder<PlanRun>();
        Dictionary<int, JoinedNodes> chains = joined.ToDictionary(j => j.First);
        for (int i = 0; i < steps.Length; i = runs[^1].First + runs[^1].Count)
        {
            PlanStep step = steps[i];
            runs.Add(chains.TryGetValue(i, out JoinedNodes? nodes)
                ? new PlanRun(i, nodes.Count, nodes.Chain, [.. steps[i..nodes.End].SelectMany(s => s.Inputs)], steps[nodes.End - 1].Outputs, step.ScratchOffset, nodes.Chain.ScratchBytes)
                : new PlanRun(i, 1, step.Prepared, step.Inputs, step.Outputs, step.ScratchOffset, step.Offer.ScratchBytes));
        }
        return runs.ToImmutable();
    }

    private static long WeightsOf(Model model) => model.Weights.Values.Sum(w => (long)w.Length);

    // The fastest first, by prediction and what the options say of compressed weights; order of the catalog breaks ties.
    private static ImmutableArray<KernelWay> Ways(Model model, Node node, long weights, PlanOptions options, PackedWeights? shared)
    {
        var query = new KernelQuery(
            node,
            [.. node.Inputs.Select(n => n.Length == 0 ? null : model.Types[n])],
            [.. node.Outputs.Select(n => n.Length == 0 ? UnusedOutput : model.Types[n])],
            [.. node.Inputs.Select(n => model.Weights.GetValueOrDefault(n))],
            [.. node.Inputs.Select(n => model.Constants.GetValueOrDefault(n))],
            options.Cpu, options.Threads)
        {
            Winograd = options.Winograd,
            Shared = shared,
            FlushDenormals = options.FlushDenormals,
            NetworkWeights = weights,
        };
        var ways = new List<KernelWay>();
        foreach (Kernel kernel in options.AllKernels)
        {
            foreach (KernelOffer offer in kernel.Offers(query))
            {
                var way = new KernelWay(query, kernel, offer);
                int slower = ways.FindIndex(w => w.Rank(options.Weights) > way.Rank(options.Weights));
                ways.Insert(slower < 0 ? ways.Count : slower, way);
            }
        }
        return [.. ways];
    }

    // Each step packs its weights; they are as good as all of the work, and any thread may do it.
    private readonly struct PrepareJob(KernelWay[] taken, ImmutableArray<KernelWay>[] ways, KernelChoice?[] choices, PlanStep[] steps) : ISliceJob
    {
        public void Execute(int slice, int worker) => steps[slice] = new PlanStep(taken[slice], ways[slice], choices[slice]);
    }

    private static readonly TensorType UnusedOutput = new(DType.F32, Shape.Of(0));
}
