using System.Diagnostics;
using System.Globalization;
using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Kernels;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Each node of small networks within its session, where weights and values are as near as they are in use: by the plan's choice, directly, and by each of Winograd's forms.</summary>
internal static class NodesBenchmark
{
    private const int Rounds = 401;

    private static readonly string[][] Without = [[], ["conv-winograd-2.last.f32", "conv-winograd-4.last.f32"], ["conv.last.f32", "conv-winograd-4.last.f32"], ["conv.last.f32", "conv-winograd-2.last.f32"]];

    /// <summary>Prints microseconds that one run in ten does not reach: other work on the machine disturbs these little.</summary>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="networks">Architectures.</param>
    public static void Run(int threads, int batch, IReadOnlyList<string> networks)
    {
        foreach (string network in networks)
        {
            Architecture architecture = ArchitectureCatalog.Default.Get(network);
            Model model = architecture.Build(SettingsBinder.Bind(architecture.Defaults, [], network));
            Session[] sessions = [.. Without.Select(names => Make(threads, names)), Make(1, [])];
            Session Make(int count, string[] names) => new(ExecutionPlan.Build(
                model, new PlanOptions { Threads = count, Kernels = Less(names) }, new Dictionary<string, long>(StringComparer.Ordinal) { ["N"] = batch }));
            var rng = new Rng(1);
            foreach (Session session in sessions)
                foreach (ref float value in session.Input(session.Plan.Lowered.Inputs[0].Name).Floats) value = rng.NextSingle();
            Print(network, threads, sessions);
        }
    }

    // A kernel that is left out stands aside only where another takes the node.
    private static Catalog<Kernel> Less(string[] names)
    {
        Kernel[] kept = [.. KernelCatalog.Default.Where(k => !names.Contains(k.Name))];
        return new Catalog<Kernel>("kernel", [.. kept.Where(k => k is not Evaluation), .. KernelCatalog.Default.Where(k => names.Contains("conv.last.f32") && k.Name == "conv.last.f32").Select(k => new Last(k)), .. kept.Where(k => k is Evaluation)]);
    }

    private static void Print(string network, int threads, Session[] sessions)
    {
        int count = sessions[0].Plan.Steps.Length;
        var whole = sessions.Select(_ => new List<double>()).ToArray();
        var nodes = sessions.Select(_ => Enumerable.Range(0, count).Select(_ => new List<double>()).ToArray()).ToArray();
        var ticks = new long[count];
        var clocks = sessions.Select(_ => new List<double>()).ToArray();
        for (int round = 0; round < Rounds + 50; round++)
        {
            for (int i = 0; i < sessions.Length; i++)
            {
                for (int repeat = 0; repeat < 3; repeat++) sessions[i].Run();
                long clock = Stopwatch.GetTimestamp();
                _sum = Adds(_sum);
                clocks[i].Add(10_000 / (Stopwatch.GetElapsedTime(clock).TotalSeconds * 1e9));
                long start = Stopwatch.GetTimestamp();
                for (int repeat = 0; repeat < 3; repeat++) sessions[i].Run();
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / 3;
                sessions[i].RunTimed(ticks);
                if (round < 50) continue;
                whole[i].Add(seconds);
                for (int n = 0; n < count; n++) nodes[i][n].Add(ticks[n] / (double)Stopwatch.Frequency);
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network}, {threads} threads: run {string.Join("  ", whole.Select(w => $"{Low(w) * 1e6,7:F1}"))} us; clock {string.Join(" ", clocks.Select(c => c.Order().ElementAt(c.Count / 2).ToString("F2", CultureInfo.InvariantCulture)))} GHz; plan, direct, F(2x2), F(4x4), plan on one thread; brackets: predicted"));
        for (int n = 0; n < count; n++)
        {
            PlanStep step = sessions[0].Plan.Steps[n];
            double macs = step.Node.Operator.Cost(TypeInference.Of(sessions[0].Plan.Lowered).ScopeOf(step.Node)).Macs;
            string times = string.Join("  ", sessions.Select((s, i) => $"{Low(nodes[i][n]) * 1e6,6:F1} [{Math.Min(999, s.Plan.Steps[n].Offer.PredictedSeconds * 1e6),5:F1}]"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {times}  {macs / Low(nodes[0][n]) * 1e-9,6:F1} GMAC/s {step.Kernel,-26} {step.Node.Name,-18} {step.Outputs[0].Type?.Shape}"));
        }
    }

    private static long _sum;

    // A chain of additions: one for each tick of the processor's clock.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static long Adds(long x)
    {
        for (int i = 0; i < 1000; i++)
        {
            x ^= x << 1; x ^= x >> 3; x ^= x << 1; x ^= x >> 3; x ^= x << 1;
        }
        return x;
    }

    private static double Low(List<double> values) => values.Order().ElementAt(values.Count / 10);

    private sealed class Last(Kernel inner) : Kernel
    {
        public override string Name => inner.Name;

        public override IEnumerable<KernelOffer> Offers(KernelQuery query) => inner.Offers(query).Select(o => o with { PredictedSeconds = o.PredictedSeconds + 1 });

        public override PreparedKernel Prepare(KernelQuery query, KernelOffer offer) => inner.Prepare(query, offer);

        public override long PackedBytes(KernelQuery query, KernelOffer offer) => inner.PackedBytes(query, offer);
    }
}
