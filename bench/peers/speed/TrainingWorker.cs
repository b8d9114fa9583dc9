using System.Globalization;
using Pare.Compression.Data;
using Pare.Compression.Training;
using Pare.Inspection;

namespace Pare.Peers.Speed;

/// <summary>Pare's side of training: batches drawn, augmented and prefetched, forward, backward, SGD with momentum and weight decay.</summary>
internal static class TrainingWorker
{
    /// <summary>Serves until stdin ends; a run is one step.</summary>
    /// <param name="network">A network of <see cref="TrainingWork"/>.</param>
    /// <param name="file">Its data.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="batch">Samples of a step.</param>
    public static void Serve(string network, string file, int threads, int batch)
    {
        Model model = new Network(network).Build();
        DataSet data = TrainingWork.Read(network, file);
        bool augments = data.SampleShape[0] == 3;
        int steps = data.Count / batch;
        var settings = new TrainingSettings
        {
            Epochs = 1,
            BatchSize = batch,
            LearningRate = 0.01,
            WeightDecay = 5e-4,
            Crop = augments ? 4 : 0,
            Flip = augments,
            Validation = 0,
            Threads = threads,
            Seed = 1,
        };
        double step = Step(1);
        Console.Out.WriteLine(FormattableString.Invariant($"ready {Profile.Of(model).Parameters}"));
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            if (words[0] == "run") step = Step((int)Math.Ceiling(double.Parse(words[1], CultureInfo.InvariantCulture) / step / steps));
            Console.Out.WriteLine(words[0] == "run" ? step.ToString("F9", CultureInfo.InvariantCulture) : Allocated().ToString(CultureInfo.InvariantCulture));
        }

        double Step(int epochs) => batch / Trainer.Train(new TrainingTask(model, data, settings with { Epochs = epochs })).ImagesPerSecond;

        // What a call of four epochs takes beyond one of two, a step; epochs themselves may take a little, so it is rounded down to whole bytes.
        // All threads count, those of the runtime too; what a step takes is in every look, so the least of several counts.
        long Allocated()
        {
            long two = Least(2), four = Least(4);
            return Math.Max(0, four - two) / (2 * steps);
        }

        long Least(int epochs) => Enumerable.Range(0, 5).Min(_ => Bytes(epochs));

        long Bytes(int epochs)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            _ = Step(epochs);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }
}
