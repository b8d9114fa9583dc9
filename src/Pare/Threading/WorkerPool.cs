using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Pare.Threading;

/// <summary>Persistent threads that run the slices of one job at a time; the caller works too. A run allocates nothing.</summary>
/// <remarks>
/// The ticket holds (run number, portions left), a portion being a few slices in a row. Whoever lowers it owns a portion, and a run cannot
/// end before each of its portions is done, so the job's address stays valid for the owner; a thread that wakes late finds none left and touches nothing.
/// Idle threads look for work for some microseconds, then give their processor to whom it wants between looks, then sleep.
/// A run inside a slice, from a second thread while the pool is busy, or while as many sessions run as there are threads,
/// is done by the calling thread alone: same results, and no thread waits for one that another session keeps from its processor.
/// </remarks>
internal sealed unsafe class WorkerPool : IDisposable
{
    private const int SpinPolls = 400;                                       // of some 50 ns: longer than the gaps between kernels of a plan
    private const int PortionsPerThread = 4;                                 // so that a thread that is held up does not hold up the others for long
    private static readonly long IdleTicks = Stopwatch.Frequency / 10_000;   // 100 us of giving way, then sleep
    private static readonly ConcurrentDictionary<int, Lazy<WorkerPool>> SharedPools = new();

    [ThreadStatic] private static bool _inSlice;

    private readonly Thread[] _threads;
    private readonly AutoResetEvent[] _wake;
    private readonly int[] _parked;
    private State _state;
    private bool _stopping;
    private Exception? _fault;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many threads work, the caller included; 1 starts none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        Threads = threads;
        _threads = new Thread[threads - 1];
        _wake = new AutoResetEvent[threads - 1];
        _parked = new int[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _wake[i] = new AutoResetEvent(initialState: false);
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"Pare worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>How many threads work, the caller included.</summary>
    public int Threads { get; }

    /// <summary>The process-wide pool of that many threads; never disposed.</summary>
    public static WorkerPool Shared(int threads) => SharedPools.GetOrAdd(threads, static n => new Lazy<WorkerPool>(() => new WorkerPool(n))).Value;

    /// <summary>Says that a session begins to run on this pool.</summary>
    public void Enter() => Interlocked.Increment(ref _state.Sessions);

    /// <summary>Says that a session has run.</summary>
    public void Leave() => Interlocked.Decrement(ref _state.Sessions);

    /// <summary>Runs every slice once and returns when all are done. For slices that pay a thread each, see <see cref="SliceWork"/>.</summary>
    /// <exception cref="Exception">Whatever a slice threw (one of them, if several did); the other slices still ran.</exception>
    public void Run<TJob>(int slices, in TJob job) where TJob : struct, ISliceJob => RunPortions(slices, 1, job);

    /// <summary>
    /// Runs every slice once and returns when all are done: as many slices in a row on each thread, the first ones on the calling thread. Where kernel follows
    /// kernel, a thread so finds in its caches what it wrote before.
    /// </summary>
    /// <exception cref="Exception">Whatever a slice threw (one of them, if several did); the other slices still ran.</exception>
    public void RunEven<TJob>(int slices, in TJob job) where TJob : struct, ISliceJob => RunPortions(slices, (slices + Threads - 1) / Threads, job);

    /// <summary>Runs every slice once and returns when all are done, where slices may be many and small.</summary>
    /// <param name="slices">How many.</param>
    /// <param name="sliceNanoseconds">About what one takes, see <see cref="SliceWork"/>: what does not pay runs on the calling thread, small slices go several at a time.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="Exception">Whatever a slice threw (one of them, if several did); the other slices still ran.</exception>
    public void Run<TJob>(int slices, double sliceNanoseconds, in TJob job) where TJob : struct, ISliceJob
    {
        // Slices do not know how they are grouped, so here the thread count may matter.
        int portions = Math.Min(SliceWork.Count(slices * sliceNanoseconds, slices), Threads * PortionsPerThread);
        RunPortions(slices, portions <= 1 ? slices : (slices + portions - 1) / portions, job);
    }

    /// <summary>Stops the threads. Not while a run is under way.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _stopping, value: true);
        for (int i = 0; i < _threads.Length; i++)
            _wake[i].Set();
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i].Join();
            _wake[i].Dispose();
        }
    }

    private void RunPortions<TJob>(int slices, int size, in TJob job) where TJob : struct, ISliceJob
    {
        TJob local = job;                      // on this stack, where its address cannot move
        if (slices <= size || Threads == 1 || _inSlice || IsTaken())
        {
            for (int slice = 0; slice < slices; slice++)
                local.Execute(slice, 0);
            return;
        }
        int portions = (slices + size - 1) / size;
        _inSlice = true;
        try
        {
            Publish(slices, size, portions, Unsafe.AsPointer(ref local), &Execute<TJob>);
            RunPortion(0, 0);
            while (TakePortion(out int portion))
                RunPortion(portion, 0);
            AwaitPortions(portions);
        }
        finally
        {
            _inSlice = false;
            Exception? fault = _fault;
            _fault = null;
            Volatile.Write(ref _state.Busy, 0);
            if (fault is not null)
                ExceptionDispatchInfo.Throw(fault);
        }
    }

    // Takes the pool where it is free and processors are left for it.
    private bool IsTaken() =>
        (Volatile.Read(ref _state.Sessions) is > 1 and int sessions && sessions >= Threads) || Interlocked.Exchange(ref _state.Busy, 1) != 0;

    private static void Execute<TJob>(void* job, int first, int end, int worker) where TJob : struct, ISliceJob
    {
        for (int slice = first; slice < end; slice++)
            Unsafe.AsRef<TJob>(job).Execute(slice, worker);
    }

    private void Publish(int slices, int size, int portions, void* job, delegate*<void*, int, int, int, void> execute)
    {
        _state.Job = job;
        _state.Execute = execute;
        (_state.Slices, _state.Size, _state.Portions) = (slices, size, portions);
        _state.FlushesDenormals = Denormals.AreFlushed;
        _state.Done = 0;
        uint run = unchecked((uint)(_state.Ticket >> 32) + 1);
        Interlocked.Exchange(ref _state.Ticket, (long)((ulong)run << 32 | (uint)(portions - 1)));   // the first is the caller's
        int helpers = Math.Min(_threads.Length, portions - 1);
        for (int i = 0; i < helpers; i++)
        {
            if (Volatile.Read(ref _parked[i]) == 1 && Interlocked.Exchange(ref _parked[i], 0) == 1)
                _wake[i].Set();
        }
    }

    private bool TakePortion(out int portion)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _state.Ticket);
            uint left = (uint)ticket;
            if (left == 0)
            {
                portion = -1;
                return false;
            }
            if (Interlocked.CompareExchange(ref _state.Ticket, ticket - 1, ticket) == ticket)
            {
                portion = _state.Portions - (int)left;
                return true;
            }
        }
    }

    private void RunPortion(int portion, int worker)
    {
        try
        {
            int first = portion * _state.Size;
            _state.Execute(_state.Job, first, Math.Min(_state.Slices, first + _state.Size), worker);
        }
        catch (Exception fault)
        {
            Interlocked.CompareExchange(ref _fault, fault, null);
        }
        Interlocked.Increment(ref _state.Done);
    }

    private void AwaitPortions(int portions)
    {
        for (int polls = 0; Volatile.Read(ref _state.Done) < portions; polls++)
            Wait(polls);
    }

    private void Work(int worker)
    {
        _inSlice = true;
        int polls = 0;
        long idleSince = 0;
        while (!Volatile.Read(ref _stopping))
        {
            if (TakePortion(out int portion))
            {
                do
                {
                    Denormals.Flush(_state.FlushesDenormals);   // each portion may be of another run
                    RunPortion(portion, worker);
                }
                while (TakePortion(out portion));
                polls = 0;
                continue;
            }
            Wait(polls++);
            if (polls == SpinPolls)
            {
                idleSince = Stopwatch.GetTimestamp();
            }
            else if (polls > SpinPolls && Stopwatch.GetTimestamp() - idleSince > IdleTicks)
            {
                Park(worker - 1);
                polls = 0;
            }
        }
    }

    private static void Wait(int polls)
    {
        if (polls >= SpinPolls)
            Thread.Yield();
        else if (X86Base.IsSupported)
            X86Base.Pause();
        else
            Thread.SpinWait(1);
    }

    private void Park(int i)
    {
        Interlocked.Exchange(ref _parked[i], 1);
        if ((uint)Volatile.Read(ref _state.Ticket) == 0 && !Volatile.Read(ref _stopping))
            _wake[i].WaitOne();
        Interlocked.Exchange(ref _parked[i], 0);
    }

    /// <summary>What threads share, on cache lines by who writes: the job by the caller, the count of what is done by all, the rest rarely.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct State
    {
        /// <summary>High 32 bits: run number, low 32 bits: portions left.</summary>
        [FieldOffset(64)] public long Ticket;
        [FieldOffset(72)] public void* Job;
        [FieldOffset(80)] public delegate*<void*, int, int, int, void> Execute;
        [FieldOffset(88)] public int Slices;
        [FieldOffset(92)] public int Size;
        [FieldOffset(96)] public int Portions;
        [FieldOffset(100)] public bool FlushesDenormals;
        [FieldOffset(192)] public int Done;
        [FieldOffset(320)] public int Busy;
        [FieldOffset(324)] public int Sessions;
    }
}
