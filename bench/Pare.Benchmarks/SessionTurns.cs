using System.Diagnostics;

namespace Pare.Benchmarks;

/// <summary>What sessions took that ran in turns: whole runs, and each of their steps.</summary>
/// <param name="Whole">Median seconds of a run, by session.</param>
/// <param name="Steps">Median seconds, by session and step.</param>
internal sealed record SessionTurns(double[] Whole, double[][] Steps)
{
    private const int WarmUps = 4;
    private const int Together = 3;

    /// <summary>Runs sessions in turns, with pictures of noise.</summary>
    public static SessionTurns Of(IReadOnlyList<Session> sessions, int rounds)
    {
        var rng = new Rng(1);
        foreach (Session session in sessions)
            foreach (ref float value in session.Input(session.Plan.Lowered.Inputs[0].Name).Floats) value = (float)rng.NextNormal();
        double[][] whole = [.. sessions.Select(_ => new double[rounds])];
        double[][][] steps = [.. sessions.Select(s => s.Plan.Steps.Select(_ => new double[rounds]).ToArray())];
        long[][] ticks = [.. sessions.Select(s => new long[s.Plan.Steps.Length])];
        for (int round = -WarmUps; round < rounds; round++)
        {
            for (int i = 0; i < sessions.Count; i++)
            {
                sessions[i].Run();
                long start = Stopwatch.GetTimestamp();
                for (int repeat = 0; repeat < Together; repeat++) sessions[i].Run();
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / Together;
                sessions[i].RunTimed(ticks[i]);
                if (round < 0) continue;
                whole[i][round] = seconds;
                for (int n = 0; n < ticks[i].Length; n++) steps[i][n][round] = ticks[i][n] / (double)Stopwatch.Frequency;
            }
        }
        return new SessionTurns([.. whole.Select(Median)], [.. steps.Select(s => s.Select(Median).ToArray())]);
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
