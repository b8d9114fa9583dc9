using Pare.Threading;

namespace Pare.Tests.Threading;

public sealed unsafe class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Run_ManyTimes_DoesEachSliceOnce(int threads)
    {
        using WorkerPool pool = new(threads);
        int[] counts = new int[97];
        for (int run = 0; run < 2000; run++)
            pool.Run(run % counts.Length, new CountJob(counts, threads));
        for (int i = 0; i < counts.Length; i++)
            counts[i].ShouldBe(Enumerable.Range(0, 2000).Count(run => i < run % counts.Length));
    }

    [Fact]
    public void Run_SliceThrows_CallerSeesItAndThePoolGoesOn()
    {
        using WorkerPool pool = new(2);
        int[] counts = new int[10];
        for (int i = 0; i < 50; i++)
        {
            Should.Throw<InvalidOperationException>(() => pool.Run(10, new ThrowJob())).Message.ShouldBe("slice 7");
            pool.Run(10, new CountJob(counts, 2));
        }
        counts.ShouldAllBe(count => count == 50);
    }

    [Fact]
    public void Run_InsideASlice_RunsOnTheCallingThread()
    {
        using WorkerPool pool = new(2);
        int[] counts = new int[10];
        pool.Run(4, new NestedJob(pool, counts));
        counts.ShouldAllBe(count => count == 4);
    }

    [Fact]
    public void Run_FromTwoThreads_BothFinish()
    {
        using WorkerPool pool = new(3);
        int[][] counts = [new int[50], new int[50]];
        Thread[] callers = [.. counts.Select(c => new Thread(() =>
        {
            for (int i = 0; i < 500; i++)
                pool.Run(50, new CountJob(c, 3));
        }))];
        foreach (Thread caller in callers)
            caller.Start();
        foreach (Thread caller in callers)
            caller.Join();
        counts.ShouldAllBe(c => c.All(count => count == 500));
    }

    [Fact]
    public void Run_Again_AllocatesNothing()
    {
        using WorkerPool pool = new(2);
        int[] counts = new int[64];
        pool.Run(64, new CountJob(counts, 2));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            pool.Run(64, new CountJob(counts, 2));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData(1, 1e6)]
    [InlineData(97, 1)]
    [InlineData(97, 100)]
    [InlineData(97, 5000)]
    [InlineData(5000, 50)]
    public void Run_SlicesOfSomeWork_DoesEachOnce(int slices, double nanoseconds)
    {
        using WorkerPool pool = new(3);
        int[] counts = new int[slices];
        for (int run = 0; run < 50; run++)
            pool.Run(slices, nanoseconds, new CountJob(counts, 3));
        counts.ShouldAllBe(count => count == 50);
    }

    [Fact]
    public void Run_TooLittleWork_StaysOnTheCallingThread()
    {
        using WorkerPool pool = new(4);
        int[] threads = new int[100];
        pool.Run(100, SliceWork.LeastNanoseconds / 100, new ThreadJob(threads));
        threads.ShouldAllBe(thread => thread == Environment.CurrentManagedThreadId);
    }

    [Fact]
    public void Run_WhileAsManySessionsRunAsThreads_StaysOnTheCallingThread()
    {
        using WorkerPool pool = new(2);
        int[] threads = new int[100];
        pool.Enter();
        pool.Enter();
        for (int run = 0; run < 100; run++)
        {
            pool.Run(100, new ThreadJob(threads));
            threads.ShouldAllBe(thread => thread == Environment.CurrentManagedThreadId);
        }
        pool.Leave();
        pool.Leave();
    }

    [Fact]
    public void Run_OfASleepingPool_WakesIt()
    {
        using WorkerPool pool = new(2);
        int[] threads = new int[2];
        for (int run = 0; run < 5; run++)
        {
            SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(5));   // longer than idle threads look for work
            pool.Run(2, new MeetJob(threads, new Barrier(2)));
            threads.Distinct().Count().ShouldBe(2);
        }
    }

    [Fact]
    public void Shared_SameCount_IsTheSamePool() => WorkerPool.Shared(2).ShouldBeSameAs(WorkerPool.Shared(2));

    [Fact]
    public void Constructor_NoThreads_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => new WorkerPool(0));

    private readonly struct CountJob(int[] counts, int threads) : ISliceJob
    {
        public void Execute(int slice, int worker)
        {
            if (worker < 0 || worker >= threads)
                throw new InvalidOperationException($"worker {worker}");
            Interlocked.Increment(ref counts[slice]);
        }
    }

    private readonly struct ThreadJob(int[] threads) : ISliceJob
    {
        public void Execute(int slice, int worker) => threads[slice] = Environment.CurrentManagedThreadId;
    }

    // Each slice waits for the other, so one thread alone would never come to an end.
    private readonly struct MeetJob(int[] threads, Barrier barrier) : ISliceJob
    {
        public void Execute(int slice, int worker)
        {
            threads[slice] = Environment.CurrentManagedThreadId;
            barrier.SignalAndWait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        }
    }

    private readonly struct ThrowJob : ISliceJob
    {
        public void Execute(int slice, int worker)
        {
            if (slice == 7)
                throw new InvalidOperationException("slice 7");
        }
    }

    private readonly struct NestedJob(WorkerPool pool, int[] counts) : ISliceJob
    {
        public void Execute(int slice, int worker) => pool.Run(10, new CountJob(counts, 1));
    }
}
