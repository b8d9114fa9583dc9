using System.Diagnostics;
using Pare.Kernels;
using Pare.Kernels.Bands;
using Pare.Lowering;
using Pare.Runtime;
using Pare.Threading;

namespace Pare;

/// <summary>Runs a plan in memory of its own. Not for several threads at once; make a session for each, they share the plan.</summary>
public sealed class Session
{
    private readonly byte[] _arena;
    private readonly BoundStep[] _steps;
    private readonly WorkerPool _pool;
    private readonly Dictionary<string, Tensor> _ports;
    private readonly Tensor[] _inputs;

    /// <summary>Allocates all memory that runs need.</summary>
    public Session(ExecutionPlan plan)
    {
        Plan = plan;
        _arena = GC.AllocateArray<byte>(checked((int)plan.ArenaBytes + MemoryPlanner.Alignment), pinned: true);
        int origin = Origin(_arena);
        _pool = WorkerPool.Shared(plan.Threads);
        _ports = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, Place place) in plan.Ports)
            _ports[name] = View(place, origin) ?? throw new ModelException($"The output '{name}' is a weight, not computed.");
        _inputs = plan.Lowered.Inputs.Map(i => _ports[i.Name]);
        _steps = [.. plan.Runs.Where(run => run.Count > 1 || !SharesMemory(plan.Steps[run.First])).Select(run => new BoundStep(
            run.First, run.Count, run.Kernel, run.Inputs.Map(p => View(p, origin)), run.Outputs.Map(p => View(p, origin) ?? Unused),
            origin + (int)run.ScratchOffset, checked((int)run.ScratchBytes)))];
    }

    /// <summary>Plans the model for batch 1 and makes a session.</summary>
    public Session(Model model, PlanOptions? options = null) : this(ExecutionPlan.Build(model, options)) { }

    /// <summary>The plan.</summary>
    public ExecutionPlan Plan { get; }

    /// <summary>The memory of an input: write it before <see cref="Run()"/>. It keeps its contents between runs.</summary>
    /// <exception cref="ArgumentException">The model has no such input.</exception>
    public Tensor Input(string name) => Plan.Lowered.Inputs.Any(i => i.Name == name)
        ? _ports[name]
        : throw new ArgumentException($"There is no input '{name}'; the inputs are {string.Join(", ", Plan.Lowered.Inputs.Select(i => $"'{i.Name}'"))}.", nameof(name));

    /// <summary>The memory of an output: read it before the next <see cref="Run()"/>.</summary>
    /// <exception cref="ArgumentException">The model has no such output.</exception>
    public Tensor Output(string name) => Plan.Lowered.Outputs.Contains(name)
        ? _ports[name]
        : throw new ArgumentException($"There is no output '{name}'; the outputs are {string.Join(", ", Plan.Lowered.Outputs.Select(o => $"'{o}'"))}.", nameof(name));

    /// <summary>Computes the outputs from the inputs. Allocates nothing.</summary>
    public void Run() => Run(CancellationToken.None);

    /// <summary>Computes the outputs from the inputs. Allocates nothing.</summary>
    /// <param name="cancel">Stops the run between two nodes.</param>
    /// <exception cref="OperationCanceledException">It was cancelled: the outputs hold nothing of use, and the session can run again.</exception>
    public void Run(CancellationToken cancel)
    {
        bool flushed = Begin();
        try
        {
            foreach (BoundStep step in _steps)
            {
                cancel.ThrowIfCancellationRequested();
                step.Kernel.Run(new KernelArguments(step.Inputs, step.Outputs, _arena.AsSpan(step.ScratchOffset, step.ScratchBytes), _pool));
            }
        }
        finally
        {
            End(flushed);
        }
    }

    // Takes the pool's threads and tells this one how to treat denormal numbers; says how it treated them before.
    private bool Begin()
    {
        _pool.Enter();
        bool flushed = Denormals.Flush(Plan.FlushesDenormals);
        if (Plan.FlushesDenormals && !Denormals.CanFlush)
            ClearDenormals();
        return flushed;
    }

    private void End(bool flushed)
    {
        GC.KeepAlive(this);    // kernels hold packed weights by their addresses
        Denormals.Flush(flushed);
        _pool.Leave();
    }

    private void ClearDenormals()
    {
        foreach (Tensor input in _inputs)
        {
            if (input.DType == DType.F32)
                Denormals.Clear(input.Floats);
        }
    }

    /// <summary>Does what <see cref="Run()"/> does and says how long each step took. A clock is read between steps, some 20 ns each; <see cref="Run()"/> reads none.</summary>
    /// <param name="ticks">One for each of <see cref="ExecutionPlan.Steps"/>, in ticks of <see cref="Stopwatch.Frequency"/>; 0 for a view that costs nothing. Steps that run band by band share the time of their run by what each took on all threads.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as steps.</exception>
    public void RunTimed(Span<long> ticks)
    {
        if (ticks.Length != Plan.Steps.Length) throw new ArgumentException($"There are {ticks.Length} numbers for the times of {Plan.Steps.Length} steps.", nameof(ticks));
        ticks.Clear();
        bool flushed = Begin();
        try
        {
            long start = Stopwatch.GetTimestamp();
            foreach (BoundStep step in _steps)
            {
                var arguments = new KernelArguments(step.Inputs, step.Outputs, _arena.AsSpan(step.ScratchOffset, step.ScratchBytes), _pool);
                Span<long> own = ticks.Slice(step.First, step.Count);
                if (step.Kernel is BandChain chain) chain.Run(arguments, own);
                else step.Kernel.Run(arguments);
                long end = Stopwatch.GetTimestamp();
                if (step.Kernel is not BandChain) own[0] = end - start;
                start = end;
            }
        }
        finally
        {
            End(flushed);
        }
    }

    private static readonly Tensor Unused = new(DType.F32, Shape.Of(0));

    private static bool SharesMemory(PlanStep step) =>
        step.Node.Operator.IsView && step.Inputs[0].Constant is null && step.Inputs[0].Type is not null && step.Inputs[0].Offset == step.Outputs[0].Offset;

    private Tensor? View(Place place, int origin) => place.Constant
        ?? (place.Type is null ? null : new Tensor(place.Type.DType, place.Type.Shape, _arena, origin + checked((int)place.Offset)));

    private static unsafe int Origin(byte[] arena)
    {
        fixed (byte* start = arena)
        {
            int past = (int)((nuint)start % MemoryPlanner.Alignment);
            return past == 0 ? 0 : MemoryPlanner.Alignment - past;
        }
    }

    private sealed record BoundStep(int First, int Count, PreparedKernel Kernel, Tensor?[] Inputs, Tensor[] Outputs, int ScratchOffset, int ScratchBytes);
}
