namespace Pare.Peers.Speed;

/// <summary>Two threads over one.</summary>
internal static class ScalingPart
{
    private const double Turn = 0.2, Budget = 30;

    public static void Run(SpeedOptions options, Engines engines, SpeedTable table, string folder)
    {
        foreach (Network network in options.Choose([new Network("resnet-18")]))
        {
            NetworkFile file = network.Write(folder, 1);
            using Engine one = Engines.Pare(file, 1), two = Engines.Pare(file, 2), theirOne = engines.OnnxRuntime(file, 1), theirTwo = engines.OnnxRuntime(file, 2);
            Lap[] laps = Race.Run(options.Rounds, Turn, Budget, one, two, theirOne, theirTwo);
            table.Add(Row.OfTimes("scaling", $"{network.Label}: two threads over one", 1, 2, laps[1], laps[0], "Pare, one thread", network.Label == "resnet-18" ? 1.8 : double.NaN));
            table.Add(Row.OfTimes("scaling", $"{network.Label}: ONNX Runtime's two over its one", 1, 2, laps[3], laps[2], "ONNX Runtime, one thread", double.NaN));
        }
    }
}
