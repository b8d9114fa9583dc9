using System.Globalization;
using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Jit;
using Pare.Kernels.Bands;
using Pare.Peers.Speed;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Networks whose nodes run each for itself against the same with nodes that run band by band, taking turns.</summary>
internal static class BandsBenchmark
{
    /// <summary>Prints milliseconds and memory by rule, and microseconds of the nodes that are joined.</summary>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="network">The architecture; with /int8 behind it in integers, with @N for N pictures.</param>
    /// <param name="rules">Rules beside the default: LEAST,NEAR,BUFFER in KB.</param>
    /// <param name="rounds">How often each runs.</param>
    public static void Run(int threads, string network, string[] rules, int rounds = 21)
    {
        long batch = 1;
        if (network.Split('@') is [var name, var pictures]) (network, batch) = (name, long.Parse(pictures, CultureInfo.InvariantCulture));
        bool ofBytes = network.EndsWith("/int8", StringComparison.Ordinal);
        network = ofBytes ? network[..^5] : network;
        Architecture architecture = ArchitectureCatalog.Default.Get(network);
        Model model = architecture.Build(SettingsBinder.Bind(architecture.Defaults, [], network));
        if (ofBytes) model = QuantizedNoise.Of(model, Environment.ProcessorCount);
        BandRule[] all = [BandRule.Never, BandRule.Default, .. rules.Select(Parse)];
        Session[] sessions = [.. all.Select(rule => new Session(ExecutionPlan.Build(model, new PlanOptions { Threads = threads, Bands = rule }.WithMachineCode(), new Dictionary<string, long> { ["N"] = batch })))];
        SessionTurns turns = SessionTurns.Of(sessions, rounds);
        for (int i = 0; i < sessions.Length; i++)
        {
            ExecutionPlan plan = sessions[i].Plan;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{network}, {threads} threads, {(i == 0 ? "each for itself" : i == 1 ? "joined" : rules[i - 2]),-16}: {turns.Whole[i] * 1e3:F2} ms ({turns.Whole[0] / turns.Whole[i]:F3}), arena {plan.ArenaBytes / 1e6:F2} MB; {plan.Steps.Count(s => s.JoinedWith is not null)} values handed on in bands"));
            if (i == 0) continue;
            foreach (PlanRun run in plan.Runs.Where(r => r.Count > 1))
            {
                double before = Enumerable.Range(run.First, run.Count).Sum(n => turns.Steps[0][n]), after = Enumerable.Range(run.First, run.Count).Sum(n => turns.Steps[i][n]);
                string steps = string.Join("  ", Enumerable.Range(run.First, run.Count).Select(n => string.Create(CultureInfo.InvariantCulture, $"{plan.Steps[n].Kernel} {turns.Steps[0][n] * 1e6:F0} > {turns.Steps[i][n] * 1e6:F0}")));
                BandSchedule schedule = ((BandChain)run.Kernel).Schedule;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {before * 1e6,7:F0} > {after * 1e6,7:F0} us ({before / after:F2})  bands of {schedule.BandRows} in {schedule.Ranges}: {steps}"));
            }
        }
    }

    private static BandRule Parse(string text) => text.Split(',').Select(p => long.Parse(p, CultureInfo.InvariantCulture) * 1000).ToArray() is [var least, var near, var buffer]
        ? new BandRule(least, near, buffer) : throw new ArgumentException($"'{text}' is no rule: LEAST,NEAR,BUFFER in KB.", nameof(text));
}
