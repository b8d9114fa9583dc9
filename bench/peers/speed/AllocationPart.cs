using System.Globalization;

namespace Pare.Peers.Speed;

/// <summary>Bytes of the collected heap that a run and a step of training take: none.</summary>
internal static class AllocationPart
{
    private static readonly string[] Networks = ["mobilenet-v1", "shufflenet-v1", "googlenet", "lenet-5", "resnet-20"];

    public static void Run(SpeedOptions options, SpeedTable table, string folder)
    {
        int threads = options.Threads.Max();
        foreach (Network network in options.Choose(Networks.Select(n => new Network(n))))
        {
            using Engine engine = Engines.Pare(network.Write(folder, 1), threads);
            Add($"{network.Label}: a run", 1, engine);
        }
        foreach (TrainingWork work in TrainingWork.Chosen(options))
        {
            using Engine engine = Engines.PareTraining(work.Network, work.Write(folder), threads, TrainingWork.Batch);
            Add($"{work.Network}: a step of training", TrainingWork.Batch, engine);
        }

        void Add(string what, int batch, Engine engine)
        {
            double bytes = double.Parse(engine.Ask("allocated"), CultureInfo.InvariantCulture);
            table.Add(new Row("allocation", what, batch, threads, "bytes", bytes, double.NaN, "", double.NaN, double.NaN, double.NaN, double.NaN, 0));
        }
    }
}
