using System.Diagnostics;
using Pare.Inspection;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Times single runs of a model.</summary>
internal sealed class Latency
{
    private const int WarmUpRuns = 5, MostTimedRuns = 51;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(200);

    private readonly Session _session;
    private readonly TimeProvider _time;
    private readonly List<TimeSpan> _runs = [];
    private bool _sorted;

    /// <summary>Makes a session with random inputs.</summary>
    public Latency(Model model, PlanOptions options, int batch, TimeProvider time)
    {
        string? open = model.Inputs.Select(i => i.Type.Shape).Where(s => s.Rank > 0 && !s[0].IsKnown).SelectMany(s => s[0].Names).FirstOrDefault();
        _session = new Session(ExecutionPlan.Build(model, options, open is null ? null : new Dictionary<string, long> { [open] = batch }));
        _time = time;
        RandomInputs.Fill(_session, seed: 0);
        Shape first = _session.Plan.Lowered.Inputs[0].Type.Shape;
        Batch = first.Rank == 0 ? 1 : first.Fixed[0];
        Macs = [.. Profile.Of(_session.Plan.Lowered).Layers.Select(l => l.Macs)];
    }

    /// <summary>The plan.</summary>
    public ExecutionPlan Plan => _session.Plan;

    /// <summary>Samples of a run: what was asked for, or what the model fixes.</summary>
    public int Batch { get; }

    /// <summary>Multiply-accumulates of one run, step by step.</summary>
    public IReadOnlyList<long> Macs { get; }

    /// <summary>Multiply-accumulates a second, at the median.</summary>
    public double MacsPerSecond => Macs.Sum() / Median.TotalSeconds;

    /// <summary>Runs timed.</summary>
    public int Runs => _runs.Count;

    /// <summary>The median of all runs.</summary>
    public TimeSpan Median => Quantile(0.5);

    /// <summary>The time that this share of the runs did not need more than.</summary>
    public TimeSpan Quantile(double share)
    {
        if (!_sorted) _runs.Sort();
        _sorted = true;
        return _runs[(int)(share * (_runs.Count - 1))];
    }

    /// <summary>Runs the models in turns for a while, each at least once.</summary>
    public static void TakeTurns(IReadOnlyList<Latency> models, TimeSpan budget, TimeProvider time, Action<double> progress, CancellationToken cancel)
    {
        foreach (Latency model in models) model.Warm(cancel);
        long start = time.GetTimestamp();
        TimeSpan spent = TimeSpan.Zero;
        do
        {
            cancel.ThrowIfCancellationRequested();
            foreach (Latency model in models) model.Time();
            spent = time.GetElapsedTime(start);
            progress(Math.Min(1, spent / budget));
        }
        while (spent < budget);
    }

    /// <summary>What each step of the plan takes: medians of so many runs as fit into the time, 3 to 51.</summary>
    public TimeSpan[] Steps(TimeSpan budget, CancellationToken cancel)
    {
        int runs = Math.Clamp((int)(budget / Median), 3, MostTimedRuns);
        var ticks = new long[runs][];
        for (int run = 0; run < runs; run++)
        {
            cancel.ThrowIfCancellationRequested();
            _session.RunTimed(ticks[run] = new long[Plan.Steps.Length]);
        }
        return [.. Enumerable.Range(0, Plan.Steps.Length).Select(step => Stopwatch.GetElapsedTime(0, ticks.Select(t => t[step]).Order().ElementAt(runs / 2)))];
    }

    /// <summary>What each step of several plans takes, as <see cref="Steps"/>, the plans taking turns.</summary>
    public static TimeSpan[][] StepsInTurns(IReadOnlyList<Latency> models, TimeSpan budget, CancellationToken cancel)
    {
        foreach (Latency model in models) model.Warm(cancel);
        int runs = (int)Math.Clamp(budget / models.Aggregate(TimeSpan.Zero, (sum, m) => sum + m.Once()), 3, MostTimedRuns);
        var ticks = models.Select(m => Enumerable.Range(0, runs).Select(_ => new long[m.Plan.Steps.Length]).ToArray()).ToArray();
        for (int run = 0; run < runs; run++)
        {
            cancel.ThrowIfCancellationRequested();
            for (int i = 0; i < models.Count; i++) models[i]._session.RunTimed(ticks[i][run]);
        }
        return [.. ticks.Select(all => Enumerable.Range(0, all[0].Length).Select(step => Stopwatch.GetElapsedTime(0, all.Select(t => t[step]).Order().ElementAt(runs / 2))).ToArray())];
    }

    private TimeSpan Once()
    {
        long start = _time.GetTimestamp();
        _session.Run();
        return _time.GetElapsedTime(start);
    }

    private void Warm(CancellationToken cancel)
    {
        long start = _time.GetTimestamp();
        for (int i = 0; i < WarmUpRuns || _time.GetElapsedTime(start) < WarmUp; i++)
        {
            cancel.ThrowIfCancellationRequested();
            _session.Run();
        }
    }

    private void Time()
    {
        long start = _time.GetTimestamp();
        _session.Run();
        _runs.Add(_time.GetElapsedTime(start));
        _sorted = false;
    }
}
