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
        SessionTurns turns = SessionTurns.Of(sessions, Rounds);
        string Ms(double seconds) => (seconds * 1e3).ToString("F2", CultureInfo.InvariantCulture);
        Console.WriteLine($"{network}, {threads} threads: dense and {string.Join(", ", densities)}: {string.Join("  ", turns.Whole.Select(Ms))} ms; dense over sparse {string.Join("  ", turns.Whole.Skip(1).Select(w => (turns.Whole[0] / w).ToString("F2", CultureInfo.InvariantCulture)))}; "
            + $"packed MB {string.Join(" ", sessions.Select(s => (s.Plan.PackedBytes / 1e6).ToString("F1", CultureInfo.InvariantCulture)))}, arena {string.Join(" ", sessions.Select(s => (s.Plan.ArenaBytes / 1e6).ToString("F1", CultureInfo.InvariantCulture)))}");
        // Where layouts differ, so do the steps.
        int count = sessions.All(s => s.Plan.Steps.Length == sessions[0].Plan.Steps.Length) ? sessions[0].Plan.Steps.Length : 0;
        for (int n = 0; n < count; n++)
        {
            if (turns.Steps[0][n] < 5e-6) continue;
            string times = string.Join("  ", sessions.Select((s, i) => Describe(s.Plan.Steps[n], turns.Steps[i][n])));
            Console.WriteLine($"  {times} {sessions[0].Plan.Steps[n].Node.Name,-14} {sessions[0].Plan.Steps[n].Inputs[0].Type?.Shape} -> {sessions[0].Plan.Steps[n].Outputs[0].Type?.Shape}");
        }
    }

    private static string Describe(PlanStep step, double seconds) => string.Create(
        CultureInfo.InvariantCulture, $"{seconds * 1e6,7:F1} [{Math.Min(99999, step.Offer.PredictedSeconds * 1e6),7:F1}] {step.Kernel + (step.JoinedWith is null ? "" : " >"),-24}");
}
