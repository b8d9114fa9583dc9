using System.Diagnostics;

namespace Pare.Peers.Speed;

/// <summary>From the start of a process to its first result, and the most memory that was resident meanwhile: fresh processes, in turns.</summary>
internal static class FirstPart
{
    private const double MostSeconds = 0.2, Mega = 1e6;

    public static void Run(SpeedOptions options, Engines engines, SpeedTable table, string folder)
    {
        int threads = options.Threads.Max();
        foreach (Network network in options.Choose([new Network("mobilenet-v1"), new Network("vgg-16")]))
        {
            NetworkFile file = network.Write(folder, 1);
            Look[] ours = new Look[options.Rounds], theirs = new Look[options.Rounds];
            _ = At(Engines.Pare(file, threads)); // the disk's cache
            _ = At(engines.OnnxRuntime(file, threads));
            var program = new double[options.Rounds];
            (long all, long busy) = Machine.Ticks();
            long own = OwnTicks();
            for (int r = 0; r < options.Rounds; r++)
            {
                ours[r] = At(Engines.Pare(file, threads));
                theirs[r] = At(engines.OnnxRuntime(file, threads));
                program[r] = Program(options, file, threads);
            }
            (long allThen, long busyThen) = Machine.Ticks();
            double others = Math.Max(0, (double)(busyThen - busy - (OwnTicks() - own)) / Math.Max(1, allThen - all));
            bool asked = network.Label == "mobilenet-v1";
            Lap Of(IEnumerable<double> values) => new(Race.Median(values), [.. values], options.Rounds, others);
            Lap first = Of(ours.Select(l => l.Seconds)), theirFirst = Of(theirs.Select(l => l.Seconds));
            table.Add(Row.OfTimes("first", $"{network.Label}: first result", 1, threads, first, theirFirst, Engines.Ort, asked ? 1 : double.NaN));
            if (asked) table.Add(Row.OfTimes("first", $"{network.Label}: first result", 1, threads, first, Of(Enumerable.Repeat(MostSeconds, options.Rounds)), "asked for", 1));
            table.Add(Row.OfTimes("first", $"{network.Label}: ./pare run, whole process", 1, threads, Of(program), theirFirst, Engines.Ort, double.NaN));
            Lap bytes = Of(ours.Select(l => l.Bytes / Mega / 1e3)), theirBytes = Of(theirs.Select(l => l.Bytes / Mega / 1e3));
            table.Add(Row.OfTimes("first", $"{network.Label}: peak resident memory", 1, threads, bytes, theirBytes, Engines.Ort, 1) with { Unit = "MB" });
        }
    }

    private static Look At(Engine engine)
    {
        using (engine) return new Look(engine.SecondsToFirst, engine.PeakResidentBytes);
    }

    private static double Program(SpeedOptions options, NetworkFile file, int threads)
    {
        long begun = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(options.PareProgram, ["run", file.Path, "--random", "--threads", $"{threads}"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(begun).TotalSeconds : throw new InvalidOperationException("pare run failed.");
    }

    // Of this process and of all that it started and that has ended.
    private static long OwnTicks() => Machine.TicksOf(Environment.ProcessId) + Machine.TicksOfEnded(Environment.ProcessId);

    private readonly record struct Look(double Seconds, double Bytes);
}
