using Pare.Operators;
using Pare.Runtime;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>What it costs around kernels: a job of the worker pool, a node of a plan, a run of a session.</summary>
internal static class RuntimeBenchmark
{
    private const int Nodes = 100;
    private const int Repeats = 2000;
    private const int Work = 1000;   // dependent multiplications: a microsecond or two

    public static void Run(int threads)
    {
        WorkerPool pool = WorkerPool.Shared(threads);
        Session chain = Chain(threads);
        Warm(chain);
        Timing[] timings = Stopwatching.Time(21, processorTime: false,
            () => Jobs(pool, 1, 0), () => Jobs(pool, 2, 0), () => Jobs(pool, 8, 0), () => Jobs(pool, 1, Work), () => Jobs(pool, 2, Work),
            () => Jobs(pool, 8, Work), () => Runs(chain, Repeats / 10));
        Report("job of 1 empty slice", timings[0], Repeats);
        Report("job of 2 empty slices", timings[1], Repeats);
        Report("job of 8 empty slices", timings[2], Repeats);
        Report("job of 1 slice of some work", timings[3], Repeats);
        Report("job of 2 such slices", timings[4], Repeats);
        Report("job of 8 such slices", timings[5], Repeats);
        Report("node of a plan of 100 sums of one number", timings[6], Repeats / 10 * Nodes);
    }

    // The compiler takes its time to put the best code in place.
    private static void Warm(Session session)
    {
        for (int i = 0; i < 20; i++)
        {
            Runs(session, 50);
            Thread.Yield();
            Stopwatching.Time(1, processorTime: false, () => Runs(session, 1000));
        }
    }

    private static void Report(string what, Timing timing, int count) =>
        Console.WriteLine($"{what,-44} median {timing.Median / count * 1e9,8:F1} ns, best {timing.Best / count * 1e9,8:F1} ns");

    private static void Jobs(WorkerPool pool, int slices, int work)
    {
        for (int i = 0; i < Repeats; i++) pool.Run(slices, new Spin(work));
    }

    private static void Runs(Session session, int count)
    {
        for (int i = 0; i < count; i++) session.Run();
    }

    private static Session Chain(int threads)
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1)));
        for (int i = 0; i < Nodes; i++) x = editor.Add(new Binary(BinaryFunctions.Add), $"sum{i}", x, x);
        editor.AddOutput(x);
        var session = new Session(ExecutionPlan.Build(editor.Build(), new PlanOptions { Threads = threads }));
        if (session.Plan.Steps.Length != Nodes) throw new InvalidOperationException($"The plan has {session.Plan.Steps.Length} steps.");
        return session;
    }

    private readonly struct Spin(int work) : ISliceJob
    {
        public void Execute(int slice, int worker)
        {
            double x = 1;
            for (int i = 0; i < work; i++) x *= 1.0000001;
            if (x == 3) throw new InvalidOperationException();
        }
    }
}
