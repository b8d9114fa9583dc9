namespace Pare.Peers.Speed;

/// <summary>A line of the table.</summary>
/// <param name="Part">Which part measured it.</param>
/// <param name="Work">The network, or what else is done.</param>
/// <param name="Batch">Samples of a run; 0: does not apply.</param>
/// <param name="Threads">Threads; 0: does not apply.</param>
/// <param name="Unit">Of the two figures.</param>
/// <param name="Pare">Our figure.</param>
/// <param name="Peer">The peer's figure; NaN where there is none.</param>
/// <param name="Name">Whose figure that is.</param>
/// <param name="Ratio">How many times better ours is: over 1 is good.</param>
/// <param name="Low">The least ratio of a round.</param>
/// <param name="High">The largest ratio of a round.</param>
/// <param name="Asked">The least ratio that is asked for; NaN: none.</param>
/// <param name="Others">The share of the machine that others used meanwhile.</param>
internal sealed record Row(
    string Part, string Work, int Batch, int Threads, string Unit, double Pare, double Peer, string Name, double Ratio, double Low, double High, double Asked, double Others)
{
    /// <summary>A line about times, where less is better.</summary>
    public static Row OfTimes(string part, string work, int batch, int threads, Lap ours, Lap peer, string name, double asked)
    {
        double[] ratios = [.. ours.Rounds.Zip(peer.Rounds, (o, p) => p / o)];
        return new Row(
            part, work, batch, threads, "ms", 1e3 * ours.Seconds, 1e3 * peer.Seconds, name, peer.Seconds / ours.Seconds, ratios.Min(), ratios.Max(), asked,
            Math.Max(ours.Others, peer.Others));
    }

    /// <summary>The geometric mean of the ratios of other lines; null where there are none.</summary>
    public static Row? GeometricMean(string work, IReadOnlyCollection<Row> of, double asked)
    {
        if (of.Count == 0) return null;
        Row first = of.First();
        double mean = Math.Exp(of.Average(r => Math.Log(r.Ratio)));
        return first with { Work = $"{work}: geometric mean of {of.Count}", Unit = "", Pare = double.NaN, Peer = double.NaN, Ratio = mean, Low = of.Min(r => r.Ratio), High = of.Max(r => r.Ratio), Asked = asked, Others = of.Max(r => r.Others) };
    }
}
