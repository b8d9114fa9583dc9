using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Pare.Formats;
using Pare.Jit;
using Pare.Runtime;

namespace Pare.Peers.Speed;

/// <summary>Pare's side of a race: loads a file, runs once, says "ready", then does what <c>worker.c</c> does for ONNX Runtime.</summary>
internal static class InferenceWorker
{
    /// <summary>Serves until stdin ends.</summary>
    /// <param name="file">The model.</param>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="values">The file of the input's floats.</param>
    public static void Serve(string file, int threads, string values)
    {
        var session = new Session(ExecutionPlan.Build(ModelFile.Load(file, new ModelFileContext { MapWeights = true }), new PlanOptions { Threads = threads }.WithMachineCode()));
        using (FileStream given = File.OpenRead(values)) given.ReadExactly(MemoryMarshal.AsBytes(session.Input(session.Plan.Lowered.Inputs[0].Name).Floats));
        session.Run();
        Console.Out.WriteLine("ready");
        var answer = new System.Text.StringBuilder();
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ', 3);
            answer.Clear();
            switch (words[0])
            {
                case "run":
                    foreach (double seconds in Times(session, double.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture)))
                        answer.Append(CultureInfo.InvariantCulture, $"{seconds:F9} ");
                    break;
                case "output":
                    File.WriteAllBytes(words[1], MemoryMarshal.AsBytes(session.Output(session.Plan.Lowered.Outputs[0]).Floats));
                    answer.Append("ok");
                    break;
                case "allocated":
                    answer.Append(Allocated(session));
                    break;
                default: throw new ArgumentException(line);
            }
            Console.Out.WriteLine(answer);
        }
    }

    private static List<double> Times(Session session, double seconds, int least)
    {
        var times = new List<double>(1024);
        long start = Stopwatch.GetTimestamp();
        while (times.Count < least || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            long begun = Stopwatch.GetTimestamp();
            session.Run();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }
        return times;
    }

    // Bytes of a run, by any thread; compilers that run behind may allocate too, so the least of several looks counts.
    private static long Allocated(Session session)
    {
        const int Runs = 10, Looks = 5;
        long least = long.MaxValue;
        for (int look = 0; look < Looks; look++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Runs; i++) session.Run();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Runs);
        }
        return least;
    }
}
