using System.Globalization;

namespace Pare.Peers.Speed;

/// <summary>What else the machine does (Linux: /proc).</summary>
internal static class Machine
{
    private const double MostLoad = 0.05;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>Ticks of all processors: in all, and spent on work.</summary>
    public static (long All, long Busy) Ticks()
    {
        long[] fields = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(f => long.Parse(f, CultureInfo.InvariantCulture))];
        return (fields.Sum(), fields.Sum() - fields[3] - fields[4]); // idle, waiting for disks
    }

    /// <summary>Ticks that a process has used; 0 where it has ended.</summary>
    public static long TicksOf(int process)
    {
        try
        {
            string[] fields = Stat($"/proc/{process}/stat");
            return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Ticks that the ended children of a process have used.</summary>
    public static long TicksOfEnded(int process)
    {
        string[] fields = Stat($"/proc/{process}/stat");
        return long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a thread of the process has a processor or waits for one.</summary>
    public static bool AnyThreadRuns(int process)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{process}/task").Any(t => Stat(Path.Combine(t, "stat"))[0] == "R");
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The share of the machine that others use, and who they are; watches for two seconds.</summary>
    public static (double Share, string Who) Others()
    {
        (long all, long busy) = Ticks();
        Dictionary<int, long> before = Processes().ToDictionary(p => p, TicksOf);
        using (var never = new ManualResetEventSlim()) never.Wait(Look);
        (long allThen, long busyThen) = Ticks();
        IEnumerable<string> who = Processes().Where(p => p != Environment.ProcessId)
            .Select(p => (Process: p, Used: TicksOf(p) - before.GetValueOrDefault(p))).Where(p => p.Used > 0).OrderByDescending(p => p.Used).Take(3)
            .Select(p => $"{p.Process} {Name(p.Process)} ({(double)p.Used / (allThen - all):P0})");
        return ((double)(busyThen - busy) / Math.Max(1, allThen - all), string.Join(", ", who));
    }

    /// <summary>Why nothing should be measured now, or null.</summary>
    public static string? Fault()
    {
        (double share, string who) = Others();
        return share <= MostLoad ? null : $"other processes use {share:P0} of the machine ({who}); figures would mean nothing. Stop them first, or set PARE_BENCH_ANYWAY=1.";
    }

    /// <summary>Processor, its number, and the system.</summary>
    public static string Describe()
    {
        string name = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        return $"{name}, {Environment.ProcessorCount} processors, {CpuFeatures.Detect().Describe()}";
    }

    private static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out int id) ? id : 0).Where(id => id > 0);

    private static string Name(int process)
    {
        try
        {
            string line = File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ').Trim();
            if (line.Length == 0) line = File.ReadAllText($"/proc/{process}/comm").Trim();
            return line.Length > 60 ? line[..60] + "..." : line;
        }
        catch (IOException)
        {
            return "ended";
        }
    }

    // The name of the process, in brackets, may hold spaces; the state comes after it.
    private static string[] Stat(string file)
    {
        string text = File.ReadAllText(file);
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }
}
