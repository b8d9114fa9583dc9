namespace Pare.Peers.Speed;

/// <summary>Engines that take turns, round after round.</summary>
internal static class Race
{
    /// <summary>Lets engines run in turns.</summary>
    /// <param name="rounds">How many turns each has; fewer, but three at least, where the budget does not suffice.</param>
    /// <param name="turn">Seconds of a turn; a turn has at least one run.</param>
    /// <param name="budget">Seconds for all turns.</param>
    /// <param name="engines">The engines.</param>
    public static Lap[] Run(int rounds, double turn, double budget, params Engine[] engines)
    {
        double[] warm = [.. engines.Select(e => e.Run(Math.Max(1, turn), least: 2).Min())];
        double round = warm.Sum(w => Math.Max(w, turn));
        rounds = Math.Min(rounds, Math.Max(3, (int)(budget / round)));
        (long all, long busy) = Machine.Ticks();
        long own = OwnTicks(engines);
        List<double>[] runs = [.. engines.Select(_ => new List<double>())];
        double[][] medians = [.. engines.Select(_ => new double[rounds])];
        for (int r = 0; r < rounds; r++)
        {
            for (int e = 0; e < engines.Length; e++)
            {
                double[] times = engines[e].Run(turn, least: 1);
                runs[e].AddRange(times);
                medians[e][r] = Median(times);
            }
        }
        (long allThen, long busyThen) = Machine.Ticks();
        double others = Math.Max(0, (double)(busyThen - busy - (OwnTicks(engines) - own)) / Math.Max(1, allThen - all));
        return [.. engines.Select((_, e) => new Lap(Median(runs[e]), medians[e], runs[e].Count, others))];
    }

    /// <summary>The number in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static long OwnTicks(Engine[] engines) => engines.Sum(e => e.ProcessorTicks) + Machine.TicksOf(Environment.ProcessId);
}
