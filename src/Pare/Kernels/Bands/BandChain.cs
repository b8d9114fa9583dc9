using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Bands;

/// <summary>Kernels in a row of which each reads what the one before it gives, run band by band: some rows of the last, and what rows of the others these need.</summary>
/// <remarks>
/// What lies between two kernels never exists as a whole. Each thread has a buffer for each: the rows of it that the next band reads, those above
/// thrown away, those that two bands share (the halo of a window) moved to its front instead of computed twice. Threads take ranges of bands, and
/// who is done takes over half of what another has not come to; only where a range begins are rows computed that the range before has computed too.
/// Numbers have the bits that the kernels give one after the other, whatever threads and bands are. Made once per plan; runs allocate nothing and share the object.
/// </remarks>
internal sealed unsafe class BandChain : PreparedKernel
{
    /// <summary>Most kernels of a chain.</summary>
    public const int MostStages = 16;

    private const int Line = 64;

    private readonly ImmutableArray<IBandKernel> _stages;
    private readonly ImmutableArray<int> _firstInputs;
    private readonly ImmutableArray<BandGeometry> _sizes;
    private readonly long[] _offsets;             // of each buffer in a thread's memory, then of the stages' scratch

    /// <summary>Decides where everything lies.</summary>
    /// <param name="stages">The kernels; each one's input 0 is the output of the one before.</param>
    /// <param name="firstInputs">Where the inputs of each begin among those of the chain.</param>
    /// <param name="schedule">When they compute what.</param>
    /// <param name="threads">Threads of a run: as many ranges as the schedule has.</param>
    public BandChain(ImmutableArray<IBandKernel> stages, ImmutableArray<int> firstInputs, BandSchedule schedule, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stages.Length, MostStages, nameof(stages));
        (_stages, _firstInputs, _sizes, Schedule) = (stages, firstInputs, [.. stages.Select(s => s.Geometry)], schedule);
        for (int i = 0; i < stages.Length - 1; i++) Debug.Assert(Follows(_sizes[i], _sizes[i + 1]), "a kernel must read what the one before it writes");
        _offsets = new long[stages.Length];
        long at = Line * Blocks.CeilDiv(stages.Length * sizeof(long), Line);    // times of stages come first
        for (int i = 0; i < schedule.Capacities.Length; i++)
        {
            _offsets[i] = at;
            at += RoundUp(schedule.Capacities[i] * _sizes[i].OutputRowBytes) + Line;
        }
        _offsets[^1] = at;
        BufferBytes = at;
        WorkerBytes = at + RoundUp(stages.Max(s => s.BandScratchBytes)) + Line;
        ScratchBytes = threads * WorkerBytes + BandQueue.Bytes(threads) + Line;
    }

    /// <summary>When the kernels compute what.</summary>
    public BandSchedule Schedule { get; }

    /// <summary>Bytes of a thread's buffers.</summary>
    public long BufferBytes { get; }

    /// <summary>Bytes of a thread's memory.</summary>
    public long WorkerBytes { get; }

    /// <summary>Memory that a run needs.</summary>
    public long ScratchBytes { get; }

    /// <summary>Whether a kernel can read what another writes, as it is.</summary>
    public static bool Follows(in BandGeometry first, in BandGeometry second) =>
        first.Pictures == second.Pictures && first.OutputRows == second.InputRows && first.OutputRowBytes == second.InputRowBytes;

    /// <summary>Tells the kernels what they will be asked for, before their constants are packed.</summary>
    public void Announce()
    {
        for (int i = 0; i < _stages.Length; i++) _stages[i].Expect(Schedule.Counts(i));
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments) => Run(arguments, []);

    /// <summary>Runs once.</summary>
    /// <param name="arguments">The inputs of all kernels, those between them absent; the last one's outputs.</param>
    /// <param name="ticks">For each kernel what of the run's time it took, by the clocks of all threads; or nothing, then no clock is read.</param>
    public void Run(in KernelArguments arguments, Span<long> ticks)
    {
        int last = _stages.Length - 1;
        long start = ticks.IsEmpty ? 0 : Stopwatch.GetTimestamp();
        _stages[last].Begin(new KernelArguments(arguments.Inputs[_firstInputs[last]..], arguments.Outputs, [], arguments.Pool));
        byte** residuals = stackalloc byte*[_stages.Length];
        fixed (byte* source = arguments.Inputs[0]!.Bytes, destination = arguments.Outputs[0].Bytes, scratch = arguments.Scratch)
        {
            for (int i = 0; i <= last; i++)
            {
                // All tensors lie in pinned memory or are constants, which are no residuals.
                residuals[i] = null;
                if (_stages[i].ResidualInput < 0) continue;
                fixed (byte* residual = arguments.Inputs[_firstInputs[i] + _stages[i].ResidualInput]!.Bytes) residuals[i] = residual;
            }
            byte* memory = (byte*)(((nint)scratch + Line - 1) & -Line);
            int threads = Schedule.Ranges;
            BandQueue queue = new(memory + threads * WorkerBytes, Schedule);
            Job job = new() { Chain = this, Source = source, Destination = destination, Residuals = residuals, Memory = memory, Queue = queue, IsTimed = !ticks.IsEmpty };
            if (job.IsTimed)
                for (int worker = 0; worker < threads; worker++) new Span<long>(memory + worker * WorkerBytes, _stages.Length).Clear();
            arguments.Pool.Run(threads, job);
            if (job.IsTimed) Share(memory, threads, Stopwatch.GetTimestamp() - start, ticks);
        }
    }

    // The time of the run by what each kernel took on all threads.
    private void Share(byte* memory, int threads, long spent, Span<long> ticks)
    {
        ticks.Clear();
        for (int worker = 0; worker < threads; worker++)
            for (int i = 0; i < ticks.Length; i++) ticks[i] += ((long*)(memory + worker * WorkerBytes))[i];
        double all = 0;
        foreach (long one in ticks) all += one;
        for (int i = 0; i < ticks.Length; i++) ticks[i] = (long)(spent * (ticks[i] / Math.Max(1, all)));
    }

    private static long RoundUp(long bytes) => (bytes + Line - 1) / Line * Line;

    // The bands of a thread's range, then of what it takes over from others.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Bands(in Job job, int range, byte* memory)
    {
        int before = -2;
        Buffer* buffers = stackalloc Buffer[MostStages];
        Work work = new() { Job = job, Buffers = buffers, Memory = memory };
        do
        {
            while (job.Queue.Take(range, out int band))
            {
                (work.Picture, int index) = Math.DivRem(band, Schedule.BandsOfPicture);
                if (band != before + 1 || index == 0)
                    for (int i = 0; i < _stages.Length; i++) buffers[i] = default;
                Make(work, _stages.Length - 1, Schedule.Rows(index));
                before = band;
            }
        }
        while (job.Queue.TakeOver(range));
    }

    // Computes rows of a stage's result, after those that it reads.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Make(in Work work, int stage, RowRange rows)
    {
        Debug.Assert(Schedule.Counts(stage).Contains(rows.End - rows.First), "kernels were told how many rows they are asked for");
        if (stage > 0) Provide(work, stage - 1, _sizes[stage].Read(rows));
        BandOperands operands = new()
        {
            Source = stage == 0 ? work.Job.Source : Address(work, stage - 1),
            Destination = stage == _stages.Length - 1 ? work.Job.Destination : Address(work, stage),
            Residual = work.Job.Residuals[stage],
            Scratch = work.Memory + _offsets[^1],
        };
        long start = work.Job.IsTimed ? Stopwatch.GetTimestamp() : 0;
        _stages[stage].RunRows(operands, work.Picture, rows);
        if (work.Job.IsTimed) ((long*)work.Memory)[stage] += Stopwatch.GetTimestamp() - start;
    }

    // Fills the buffer behind a stage up to a row; rows above the first one needed may go.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Provide(in Work work, int stage, RowRange needed)
    {
        Buffer* buffer = work.Buffers + stage;
        int capacity = Schedule.Capacities[stage];
        (RowRange compute, RowRange move) = BandSchedule.Next(_sizes[stage], needed, buffer->First, buffer->End, capacity);
        if (compute.First == compute.End) return;
        if (move.First != buffer->First)
        {
            long row = _sizes[stage].OutputRowBytes;
            byte* memory = work.Memory + _offsets[stage];
            System.Buffer.MemoryCopy(memory + (move.First - buffer->First) * row, memory, capacity * row, (move.End - move.First) * row);
            buffer->First = move.First;
        }
        buffer->End = compute.End;
        Debug.Assert(buffer->End - buffer->First <= capacity, "a buffer must hold what a band reads");
        Make(work, stage, compute);
    }

    // Where the whole image would lie of which a buffer holds some rows.
    private byte* Address(in Work work, int stage) =>
        work.Memory + _offsets[stage] - ((long)work.Picture * _sizes[stage].OutputRows + work.Buffers[stage].First) * _sizes[stage].OutputRowBytes;

    private struct Buffer
    {
        public int First;
        public int End;
    }

    private struct Work
    {
        public Job Job;
        public Buffer* Buffers;
        public byte* Memory;
        public int Picture;
    }

    private struct Job : ISliceJob
    {
        public BandChain Chain;
        public byte* Source;
        public byte* Destination;
        public byte** Residuals;
        public byte* Memory;
        public BandQueue Queue;
        public bool IsTimed;

        public readonly void Execute(int slice, int worker) => Chain.Bands(this, slice, Memory + worker * Chain.WorkerBytes);
    }
}
