using System.Diagnostics;
using Pare.Compression.Zoo;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Networks under odd conditions: denormal inputs and weights, two sessions at once, many sessions for a minute.</summary>
internal static class LoadBenchmark
{
    /// <summary>The time of a run with numbers as small as can be, against common ones.</summary>
    public static void Denormals(string name, int threads)
    {
        Model model = ArchitectureCatalog.Default.Get(name).Build(seed: 1);
        Model tiny = model.WithWeights(model.Weights.Where(w => w.Value.Shape.Rank > 1).Select(w => KeyValuePair.Create(w.Key, (WeightEncoding)new Dense(w.Value.Shape, Scaled(w.Value, 1e-39f)))));
        foreach (bool flush in new[] { true, false })
        {
            var options = new PlanOptions { Threads = threads, FlushDenormals = flush };
            Session common = Filled(model, options, 1), inputs = Filled(model, options, 1e-39f), small = Filled(model, options, 1e-36f), weights = Filled(tiny, options, 1);
            Timing[] timings = Stopwatching.Time(15, processorTime: false, () => Runs(common, 5), () => Runs(inputs, 5), () => Runs(small, 5), () => Runs(weights, 5));
            double once = timings[0].Median;
            Console.WriteLine(
                $"{name}, {threads} thread(s), flush {flush,-5}: common {once / 5 * 1e6,8:F0} us; denormal inputs {timings[1].Median / once,6:F2}x; "
                + $"inputs of 1e-36 {timings[2].Median / once,6:F2}x; denormal weights {timings[3].Median / once,6:F2}x");
        }
    }

    /// <summary>Runs a second of one session, and of several at once, each on a thread of its own.</summary>
    public static void Sessions(string name, int threads)
    {
        var plan = ExecutionPlan.Build(ArchitectureCatalog.Default.Get(name).Build(seed: 1), new PlanOptions { Threads = threads });
        foreach (int sessions in new[] { 1, 2, 4, 1, 2, 4 })
        {
            long runs = Many(plan, sessions, TimeSpan.FromSeconds(1.5), out double seconds);
            Console.WriteLine($"{name}, {threads} thread(s): {sessions} session(s) at once, {runs / seconds,8:F0} runs a second together");
        }
    }

    /// <summary>Sessions of one plan at once for a while: right results, no growth.</summary>
    public static void Soak(string name, int threads, int sessions, TimeSpan time)
    {
        var plan = ExecutionPlan.Build(ArchitectureCatalog.Default.Get(name).Build(seed: 1), new PlanOptions { Threads = threads });
        Many(plan, sessions, TimeSpan.FromSeconds(2), out _);
        long heap = GC.GetTotalMemory(forceFullCollection: true), resident = Resident();
        long runs = Many(plan, sessions, time, out double seconds);
        long heapAfter = GC.GetTotalMemory(forceFullCollection: true), residentAfter = Resident();
        Console.WriteLine($"{name}: {sessions} sessions for {seconds:F0} s, {runs} runs, all results equal; heap {heap >> 10} -> {heapAfter >> 10} KiB, resident {resident >> 10} -> {residentAfter >> 10} KiB");
    }

    private static long Many(ExecutionPlan plan, int sessions, TimeSpan time, out double seconds)
    {
        float[] expected = Result(new Session(plan));
        long start = Stopwatch.GetTimestamp(), runs = 0;
        Thread[] callers = [.. Enumerable.Range(0, sessions).Select(_ => new Thread(() =>
        {
            var session = new Session(plan);
            float[] first = Result(session);
            for (long own = 1; ; own++)
            {
                if (!session.Output(plan.Lowered.Outputs[0]).Floats.SequenceEqual(expected) || !first.AsSpan().SequenceEqual(expected)) throw new InvalidOperationException("Wrong result.");
                if (Stopwatch.GetElapsedTime(start) > time)
                {
                    Interlocked.Add(ref runs, own);
                    return;
                }
                session.Run();
            }
        }))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return runs;
    }

    private static float[] Result(Session session)
    {
        Fill(session, 1);
        session.Run();
        return session.Output(session.Plan.Lowered.Outputs[0]).Floats.ToArray();
    }

    private static Session Filled(Model model, PlanOptions options, float scale)
    {
        var session = new Session(ExecutionPlan.Build(model, options));
        Fill(session, scale);
        return session;
    }

    private static void Fill(Session session, float scale)
    {
        var rng = new Rng(3);
        foreach (ref float value in session.Input(session.Plan.Lowered.Inputs[0].Name).Floats) value = (rng.NextSingle() + 0.1f) * scale;
    }

    private static float[] Scaled(WeightEncoding weight, float scale) => [.. weight.ToArray().Select(v => v * scale)];

    private static void Runs(Session session, int count)
    {
        for (int i = 0; i < count; i++) session.Run();
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
