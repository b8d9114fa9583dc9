namespace Pare.Peers.Speed;

/// <summary>Latency of networks in integers of 8 bits: the same file in both engines, and against ONNX Runtime's floats.</summary>
internal static class IntegerPart
{
    private const double Turn = 0.15, Budget = 45;

    // Networks of random weights differ by single units that later layers blow up; engines that compute the same stay far below.
    private const double MostDifference = 0.1;

    private const double Kept = 0.1;

    private static readonly string[] Pruned = ["resnet-18"];

    /// <summary>Races over all large networks.</summary>
    public static void Run(SpeedOptions options, Engines engines, SpeedTable table, string folder)
    {
        foreach (int threads in options.Threads)
        {
            var same = new List<Row>();
            var floats = new List<Row>();
            foreach (Network network in options.Choose(InferencePart.Large))
            {
                NetworkFile plain = network.Write(folder, 1), quantized = network.Write(folder, 1, "-int8", model => QuantizedNoise.Of(model, options.Threads.Max()));
                using Engine ours = Engines.Pare(quantized, threads), peer = engines.OnnxRuntime(quantized, threads), inFloats = engines.OnnxRuntime(plain, threads);
                InferencePart.Compare(network.Label, ours, peer, folder, MostDifference);
                Lap[] laps = Race.Run(options.Rounds, Turn, Budget, ours, peer, inFloats);
                same.Add(Row.OfTimes("int8", network.Label, 1, threads, laps[0], laps[1], $"{Engines.Ort}, int8", 0.75));
                floats.Add(Row.OfTimes("int8", network.Label, 1, threads, laps[0], laps[2], $"{Engines.Ort}, floats", double.NaN));
                table.Add(same[^1]);
                table.Add(floats[^1]);
                if (Pruned.Contains(network.Name)) table.Add(OfZeros(network, threads, quantized, options, engines, folder));
            }
            if (!options.IsWhole) continue;
            table.Add(Row.GeometricMean("large networks", same, 1.0)!);
            table.Add(Row.GeometricMean("large networks", floats, 2.3)!);
        }
    }

    // Nine of ten weights of every layer are 0: against the other engine's integers of the network that has none.
    private static Row OfZeros(Network network, int threads, NetworkFile dense, SpeedOptions options, Engines engines, string folder)
    {
        NetworkFile sparse = network.Write(folder, 1, "-sparse-int8", model => QuantizedNoise.Of(SparseMasks.Of(model, Kept, pointwiseOnly: false), options.Threads.Max()));
        using Engine ours = Engines.Pare(sparse, threads), same = engines.OnnxRuntime(sparse, threads), peer = engines.OnnxRuntime(dense, threads);
        InferencePart.Compare(network.Label, ours, same, folder, MostDifference);
        Lap[] laps = Race.Run(options.Rounds, Turn, Budget, ours, peer);
        return Row.OfTimes("int8", $"{network.Label}, 90 % zeros", 1, threads, laps[0], laps[1], $"{Engines.Ort}, int8 without zeros", 1.3);
    }
}
