using System.Globalization;

namespace Pare.Peers.Speed;

/// <summary>Networks whose weights are mostly zeros: Pare runs them as sparse, ONNX Runtime runs the same numbers as the dense fp32 that it knows.</summary>
internal static class SparsePart
{
    private const double Turn = 0.15, Budget = 30;

    /// <summary>What is asked for: the network, its rate of zeros, the ratio.</summary>
    private static readonly (Network Network, bool PointwiseOnly, double Density, double Asked)[] Works =
    [
        (new("resnet-18"), false, 0.1, 2.4), (new("resnet-18"), false, 0.05, 4.8),
        (new("mobilenet-v1"), true, 0.1, 2.0), (new("mobilenet-v1"), true, 0.05, 3.0),
    ];

    /// <summary>Races over all of them, one sample at a time.</summary>
    public static void Run(SpeedOptions options, Engines engines, SpeedTable table, string folder)
    {
        foreach (int threads in options.Threads)
        {
            foreach ((Network network, bool pointwiseOnly, double density, double asked) in Works)
            {
                if (!options.IsWhole && !options.Choose([]).Any(n => n.Label == network.Label)) continue;
                string work = string.Create(CultureInfo.InvariantCulture, $"{network.Label}: {100 - 100 * density:F0} % zeros{(pointwiseOnly ? " in 1x1" : "")}");
                string file = string.Create(CultureInfo.InvariantCulture, $"{network.Label}-{density}");
                Model model = SparseMasks.Of(network.Build(), density, pointwiseOnly);
                NetworkFile mine = Network.Write(model, file, folder, 1, ".pare"), others = Network.Write(model, file, folder, 1, ".onnx");
                using Engine ours = Engines.Pare(mine, threads), peer = engines.OnnxRuntime(others, threads);
                InferencePart.Compare(work, ours, peer, folder);
                Lap[] laps = Race.Run(options.Rounds, Turn, Budget, ours, peer);
                table.Add(Row.OfTimes("sparse", work, 1, threads, laps[0], laps[1], Engines.Ort, asked));
            }
        }
    }
}
