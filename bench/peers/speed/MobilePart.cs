namespace Pare.Peers.Speed;

/// <summary>ShuffleNetV1 0.5x against AlexNet, both ours, one thread; and AlexNet against ONNX Runtime, so that it is no straw man.</summary>
internal static class MobilePart
{
    private const double Turn = 0.2, Budget = 30;

    public static void Run(SpeedOptions options, Engines engines, SpeedTable table, string folder)
    {
        NetworkFile small = new Network("shufflenet-v1", "width=0.5").Write(folder, 1), large = new Network("alexnet").Write(folder, 1);
        using Engine ourSmall = Engines.Pare(small, 1), ourLarge = Engines.Pare(large, 1), theirSmall = engines.OnnxRuntime(small, 1), theirLarge = engines.OnnxRuntime(large, 1);
        InferencePart.Compare("shufflenet-v1,width=0.5", ourSmall, theirSmall, folder);
        InferencePart.Compare("alexnet", ourLarge, theirLarge, folder);
        Lap[] laps = Race.Run(options.Rounds, Turn, Budget, ourSmall, ourLarge, theirSmall, theirLarge);
        table.Add(Row.OfTimes("mobile", "shufflenet-v1,width=0.5 over alexnet", 1, 1, laps[0], laps[1], "AlexNet in Pare", 13));
        table.Add(Row.OfTimes("mobile", "alexnet", 1, 1, laps[1], laps[3], Engines.Ort, 0.9));
        table.Add(Row.OfTimes("mobile", "shufflenet-v1,width=0.5", 1, 1, laps[0], laps[2], Engines.Ort, double.NaN));
    }
}
