using System.Diagnostics;

namespace Pare.Benchmarks;

/// <summary>Medians of interleaved runs: on a shared machine only ratios from one run mean something.</summary>
internal static class Stopwatching
{
    /// <summary>Runs all actions in turn, round after round, and gives the median seconds of each.</summary>
    public static double[] Medians(int rounds, params Action[] actions)
    {
        double[][] seconds = [.. actions.Select(_ => new double[rounds])];
        foreach (Action action in actions)
            action();
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                actions[i]();
                seconds[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
        return [.. seconds.Select(s => s.Order().ElementAt(rounds / 2))];
    }
}
