using System.Diagnostics;
using System.Globalization;
using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Peers.Speed;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Networks with sparse weights against the same with dense ones, both ours: whole runs and each node within its session.</summary>
internal static class SparseNetworkBenchmark
{
    private const int Rounds = 21;

    /// <summary>Prints milliseconds of runs and microseconds of nodes, dense and at each density.</summary>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="network">The architecture, with settings after it.</param>
    /// <param name="densities">Shares of weights that stay.</param>
    public static void Run(int threads, string network, double[] densities)
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(network);
        Model dense = architecture.Build(SettingsBinder.Bind(architecture.Defaults, [], network));
        bool pointwiseOnly = network.StartsWith("mobilenet", StringComparison.Ordinal);
        Model[] models = [dense, .. densities.Select(d => SparseMasks.Of(dense, d, pointwiseOnly))];
        Session[] sessions = [.. models.Select(m => new Session(ExecutionPlan.Build(m, new PlanOptions { Threads = threads })))];
        var rng = new Rng(1);
        foreach (Session session in sessions)
            foreach (ref float value in session.Input(session.Plan.Lowered.Inputs[0].Name).Floats) value = (float)rng.NextNormal();
        int count = sessions[0].Plan.Steps.Length;
        bool isAlike = sessions.All(s => s.Plan.Steps.Length == count);
        var whole = sessions.Select(_ => new List<double>()).ToArray();
        var nodes = sessions.Select(_ => Enumerable.Range(0, count).Select(_ => new List<double>()).ToArray()).ToArray();
        var ticks = new long[count];
        for (int round = 0; round < Rounds + 3; round++)
        {
            for (int i = 0; i < sessions.Length; i++)
            {
                sessions[i].Run();
                long start = Stopwatch.GetTimestamp();
                for (int repeat = 0; repeat < 3; repeat++) sessions[i].Run();
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / 3;
                if (isAlike) sessions[i].RunTimed(ticks);
                if (round < 3) continue;
                whole[i].Add(seconds);
                for (int n = 0; n < count; n++) nodes[i][n].Add(ticks[n] / (double)Stopwatch.Frequency);
            }
        }
        string Ms(double seconds) => (seconds * 1e3).ToString("F2", CultureInfo.InvariantCulture);
        Console.WriteLine($"{network}, {threads} threads: dense and {string.Join(", ", densities)}: {string.Join("  ", whole.Select(w => Ms(Median(w))))} ms; dense over sparse {string.Join("  ", whole.Skip(1).Select(w => (Median(whole[0]) / Median(w)).ToString("F2", CultureInfo.InvariantCulture)))}; "
            + $"packed MB {string.Join(" ", sessions.Select(s => (s.Plan.PackedBytes / 1e6).ToString("F1", CultureInfo.InvariantCulture)))}, arena {string.Join(" ", sessions.Select(s => (s.Plan.ArenaBytes / 1e6).ToString("F1", CultureInfo.InvariantCulture)))}");
        for (int n = 0; n < count && isAlike; n++)
        {
            if (Median(nodes[0][n]) < 5e-6) continue;
            string times = string.Join("  ", sessions.Select((s, i) => string.Create(CultureInfo.InvariantCulture, $"{Median(nodes[i][n]) * 1e6,7:F1} [{Math.Min(99999, s.Plan.Steps[n].Offer.PredictedSeconds * 1e6),7:F1}] {s.Plan.Steps[n].Kernel + (s.Plan.Steps[n].JoinedWith is null ? "" : " >"),-24}")));
            Console.WriteLine($"  {times} {sessions[0].Plan.Steps[n].Node.Name,-14} {sessions[0].Plan.Steps[n].Inputs[0].Type?.Shape} -> {sessions[0].Plan.Steps[n].Outputs[0].Type?.Shape}");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
