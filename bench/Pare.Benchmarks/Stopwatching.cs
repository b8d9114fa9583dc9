using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pare.Benchmarks;

/// <summary>What many runs of one thing took.</summary>
/// <param name="Median">Seconds.</param>
/// <param name="Best">Seconds; on a machine with other work it says more than the median.</param>
internal readonly record struct Timing(double Median, double Best);

/// <summary>Times interleaved runs: on a shared machine only ratios from one run mean something.</summary>
internal static class Stopwatching
{
    private const int ThreadClock = 3;   // CLOCK_THREAD_CPUTIME_ID of Linux

    /// <summary>Runs all actions in turn, round after round.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="processorTime">Counts the time that this thread had a processor (Linux); for work of one thread, others then disturb less.</param>
    /// <param name="actions">What to time.</param>
    public static Timing[] Time(int rounds, bool processorTime, params Action[] actions)
    {
        double[][] seconds = [.. actions.Select(_ => new double[rounds])];
        foreach (Action action in actions)
            action();
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                double start = Now(processorTime);
                actions[i]();
                seconds[i][round] = Now(processorTime) - start;
            }
        }
        return [.. seconds.Select(s => new Timing(s.Order().ElementAt(rounds / 2), s.Min()))];
    }

    private static double Now(bool processorTime)
    {
        if (!processorTime || !OperatingSystem.IsLinux())
            return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
        _ = GetTime(ThreadClock, out TimeSpec time);
        return time.Seconds + 1e-9 * time.Nanoseconds;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out TimeSpec time);

    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
