using System.Diagnostics;
using System.Globalization;

namespace Pare.Peers.Speed;

/// <summary>An engine in a process of its own, which does its work only when asked and sleeps meanwhile.</summary>
internal sealed class Engine : IDisposable
{
    private const int MostPolls = 500;
    private readonly Process _process;
    private readonly string _name;

    /// <summary>Starts the process and waits for its first result.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="variables">Of the environment, beside what this process has.</param>
    public Engine(string name, IReadOnlyList<string> command, params (string Name, string Value)[] variables)
    {
        _name = name;
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string variable, string value) in variables) start.Environment[variable] = value;
        long begun = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        string line = Answer();
        SecondsToFirst = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (!line.StartsWith("ready", StringComparison.Ordinal)) throw new InvalidOperationException($"{name}: '{line}' instead of ready.");
        Greeting = line["ready".Length..].Trim();
    }

    /// <summary>What it said of itself.</summary>
    public string Greeting { get; }

    /// <summary>From the start of the process to its first result.</summary>
    public double SecondsToFirst { get; }

    /// <summary>The most memory that was ever resident, in bytes (VmHWM).</summary>
    public long PeakResidentBytes => Status("VmHWM:");

    /// <summary>Processor time so far, in ticks of the kernel's clock.</summary>
    public long ProcessorTicks => Machine.TicksOf(_process.Id);

    /// <summary>Runs for a while, at least so often; the seconds of each run.</summary>
    public double[] Run(double seconds, int least)
    {
        string answer = Ask(string.Create(CultureInfo.InvariantCulture, $"run {seconds} {least}"));
        AwaitSleep();
        return [.. answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => double.Parse(s, CultureInfo.InvariantCulture))];
    }

    /// <summary>The output of the last run.</summary>
    public float[] Output(string file)
    {
        _ = Ask($"output {file}");
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
    }

    /// <summary>Sends a request and reads the line that answers it.</summary>
    public string Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        return Answer();
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000)) _process.Kill();
        _process.Dispose();
    }

    private string Answer() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_name} ended without an answer.");

    // Threads of a pool go on looking for work for a while, and compilers run behind; the other engine's turn begins when all of them sleep.
    private void AwaitSleep()
    {
        using var never = new ManualResetEventSlim();
        for (int poll = 0; poll < MostPolls && Machine.AnyThreadRuns(_process.Id); poll++) never.Wait(1);
    }

    private long Status(string key) => File.ReadLines($"/proc/{_process.Id}/status").Where(l => l.StartsWith(key, StringComparison.Ordinal))
        .Select(l => 1024 * long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).First();
}
