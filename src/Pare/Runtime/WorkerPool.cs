using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Pare.Runtime;

/// <summary>Persistent threads that run the slices of one job at a time; the caller works too. A run allocates nothing.</summary>
/// <remarks>
/// The ticket holds (run number, slices left). Whoever lowers it owns a slice, and a run cannot end before each of its slices is done,
/// so the job's address stays valid for the owner; a thread that wakes late finds no slices left and touches nothing.
/// A run inside a slice, or from a second thread while the pool is busy, is done by the calling thread alone: same results.
/// </remarks>
internal sealed unsafe class WorkerPool : IDisposable
{
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;   // 50 us: longer than the gaps between kernels of a plan
    private static readonly ConcurrentDictionary<int, Lazy<WorkerPool>> SharedPools = new();

    [ThreadStatic] private static bool _inSlice;

    private readonly Thread[] _threads;
    private readonly AutoResetEvent[] _wake;
    private readonly int[] _parked;
    private long _ticket;                      // high 32 bits: run number, low 32 bits: slices left
    private int _busy;
    private int _done;
    private int _slices;
    private bool _stopping;
    private void* _job;
    private delegate*<void*, int, int, void> _execute;
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

    /// <summary>Runs every slice once and returns when all are done.</summary>
    /// <exception cref="Exception">Whatever a slice threw (one of them, if several did); the other slices still ran.</exception>
    public void Run<TJob>(int slices, in TJob job) where TJob : struct, ISliceJob
    {
        TJob local = job;                      // on this stack, where its address cannot move
        if (slices <= 1 || Threads == 1 || _inSlice || Interlocked.Exchange(ref _busy, 1) != 0)
        {
            for (int slice = 0; slice < slices; slice++)
                local.Execute(slice, 0);
            return;
        }
        _inSlice = true;
        try
        {
            Publish(slices, Unsafe.AsPointer(ref local), &Execute<TJob>);
            while (TakeSlice(out int slice))
                RunSlice(slice, 0);
            AwaitSlices(slices);
        }
        finally
        {
            _inSlice = false;
            Exception? fault = _fault;
            _fault = null;
            Volatile.Write(ref _busy, 0);
            if (fault is not null)
                ExceptionDispatchInfo.Throw(fault);
        }
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

    private static void Execute<TJob>(void* job, int slice, int worker) where TJob : struct, ISliceJob =>
        Unsafe.AsRef<TJob>(job).Execute(slice, worker);

    private void Publish(int slices, void* job, delegate*<void*, int, int, void> execute)
    {
        _job = job;
        _execute = execute;
        (_slices, _done) = (slices, 0);
        uint run = unchecked((uint)(_ticket >> 32) + 1);
        Interlocked.Exchange(ref _ticket, (long)((ulong)run << 32 | (uint)slices));
        int helpers = Math.Min(_threads.Length, slices - 1);
        for (int i = 0; i < helpers; i++)
        {
            if (Interlocked.Exchange(ref _parked[i], 0) == 1)
                _wake[i].Set();
        }
    }

    private bool TakeSlice(out int slice)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            uint left = (uint)ticket;
            if (left == 0)
            {
                slice = -1;
                return false;
            }
            if (Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket) == ticket)
            {
                slice = _slices - (int)left;
                return true;
            }
        }
    }

    private void RunSlice(int slice, int worker)
    {
        try
        {
            _execute(_job, slice, worker);
        }
        catch (Exception fault)
        {
            Interlocked.CompareExchange(ref _fault, fault, null);
        }
        Interlocked.Increment(ref _done);
    }

    private void AwaitSlices(int slices)
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _done) < slices)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    private void Work(int worker)
    {
        _inSlice = true;
        long idleSince = Stopwatch.GetTimestamp();
        while (!Volatile.Read(ref _stopping))
        {
            if (TakeSlice(out int slice))
            {
                do RunSlice(slice, worker); while (TakeSlice(out slice));
                idleSince = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetTimestamp() - idleSince < SpinTicks)
            {
                Thread.SpinWait(8);
            }
            else
            {
                Park(worker - 1);
                idleSince = Stopwatch.GetTimestamp();
            }
        }
    }

    private void Park(int i)
    {
        Interlocked.Exchange(ref _parked[i], 1);
        if ((uint)Volatile.Read(ref _ticket) == 0 && !Volatile.Read(ref _stopping))
            _wake[i].WaitOne();
        Interlocked.Exchange(ref _parked[i], 0);
    }
}
