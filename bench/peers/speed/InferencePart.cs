namespace Pare.Peers.Speed;

/// <summary>Latency of networks, against ONNX Runtime.</summary>
internal static class InferencePart
{
    private const double Turn = 0.15, Budget = 30, MostDifference = 1e-3;

    /// <summary>The six large networks.</summary>
    public static readonly Network[] Large =
        [new("squeezenet-1.1"), new("mobilenet-v1"), new("shufflenet-v1"), new("resnet-18"), new("vgg-16"), new("googlenet")];

    private static readonly Network[] Small = [new("lenet-5"), new("resnet-8"), new("ds-cnn"), new("resnet-20")];

    /// <summary>Races over all networks.</summary>
    public static void Run(SpeedOptions options, Engines engines, SpeedTable table, string folder)
    {
        foreach (int batch in options.Batches)
        {
            foreach (int threads in options.Threads)
            {
                var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
                foreach (Network network in options.Choose(Large.Concat(Small)))
                {
                    double asked = batch == 1 && Large.Any(l => l.Label == network.Label) ? 0.8 : double.NaN;
                    Row row = One(network, batch, threads, asked, options, engines, folder);
                    rows[network.Label] = row;
                    table.Add(row);
                }
                if (!options.IsWhole) continue;
                Row[] Of(IEnumerable<Network> networks) => [.. networks.Select(n => rows[n.Label])];
                if (batch == 1)
                {
                    table.Add(Row.GeometricMean("large networks", Of(Large), 1.0)!);
                    table.Add(Row.GeometricMean("small networks", Of(Small), 1.5)!);
                }
                else
                {
                    table.Add(Row.GeometricMean("all networks", Of(Large.Concat(Small)), 0.95)!);
                }
            }
        }
    }

    private static Row One(Network network, int batch, int threads, double asked, SpeedOptions options, Engines engines, string folder)
    {
        NetworkFile file = network.Write(folder, batch);
        using Engine ours = Engines.Pare(file, threads), peer = engines.OnnxRuntime(file, threads);
        Compare(network.Label, ours, peer, folder);
        Lap[] laps = Race.Run(options.Rounds, Turn, Budget, ours, peer);
        return Row.OfTimes("inference", network.Label, batch, threads, laps[0], laps[1], Engines.Ort, asked);
    }

    /// <summary>Refuses to time what computes something else.</summary>
    /// <param name="what">For messages.</param>
    /// <param name="ours">Pare.</param>
    /// <param name="peer">The other engine.</param>
    /// <param name="folder">For files that pass.</param>
    /// <param name="most">The largest difference, as a share of the largest output.</param>
    public static void Compare(string what, Engine ours, Engine peer, string folder, double most = MostDifference)
    {
        float[] a = ours.Output(Path.Combine(folder, "ours.out")), b = peer.Output(Path.Combine(folder, "peer.out"));
        double difference = a.Length == b.Length ? a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max() / b.Max(Math.Abs) : double.NaN;
        if (!(difference <= most)) throw new InvalidOperationException($"{what}: the outputs differ by {difference:E2} of the largest, over {most:E0}; speed means nothing.");
    }
}
