namespace Pare.Peers.Speed;

/// <summary>Training at batch 128, augmentation included, against PyTorch.</summary>
internal static class TrainingPart
{
    private const double Turn = 3, Budget = 60;

    public static void Run(SpeedOptions options, Engines engines, SpeedTable table, string folder)
    {
        foreach (TrainingWork work in TrainingWork.Chosen(options))
        {
            string data = work.Write(folder);
            foreach (int threads in options.Threads)
            {
                using Engine ours = Engines.PareTraining(work.Network, data, threads, TrainingWork.Batch), peer = engines.TorchTraining(work.Network, data, threads, TrainingWork.Batch);
                if (ours.Greeting != peer.Greeting)
                    throw new InvalidOperationException($"{work.Network} has {ours.Greeting} parameters here and {peer.Greeting} in torch_train.py: not the same network.");
                Lap[] laps = Race.Run(options.Rounds, Turn, Budget, ours, peer);
                Row row = Row.OfTimes("training", work.Network, TrainingWork.Batch, threads, laps[0], laps[1], Engines.Torch, threads == 2 || work.Network == "lenet-5" ? work.Asked : double.NaN);
                table.Add(row with { Unit = "images/s", Pare = TrainingWork.Batch / laps[0].Seconds, Peer = TrainingWork.Batch / laps[1].Seconds });
            }
        }
    }
}
