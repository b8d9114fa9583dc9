using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training;
using Pare.Encodings;

namespace Pare.Compression.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pare-trainer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Train_SeparableClouds_LearnsThemWithoutAnError()
    {
        TrainingResult result = Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(200), TestNets.Quick with { Epochs = 15 }));
        result.Reason.ShouldBe(StopReason.Finished);
        result.Epochs.Length.ShouldBe(15);
        (result.TrainSamples, result.ValidationSamples).ShouldBe((180, 20));
        Evaluator.Run(result.Model, TestNets.Clouds(200)).Errors.ShouldBe(0);
        result.Epochs[^1].Loss.ShouldBeLessThan(result.Epochs[0].Loss / 4);
    }

    [Theory]
    [InlineData("sgd", "step")]
    [InlineData("sgdw", "plateau")]
    [InlineData("adamw", "constant")]
    public void Train_EachOptimizerAndSchedule_Learns(string optimizer, string schedule)
    {
        TrainingSettings settings = TestNets.Quick with
        {
            Optimizer = optimizer,
            Schedule = schedule,
            Milestones = [8],
            WarmupEpochs = 1,
            WeightDecay = 1e-3,
            ClipNorm = 5,
            Epochs = 12,
            LearningRate = 0.02,
        };
        Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(200), settings)).Epochs[^1].ValidationAccuracy.ShouldBe(1);
    }

    [Fact]
    public void Train_InterruptedAnywhere_GivesTheBytesOfAnUninterruptedRun()
    {
        // 55 of 75 samples at 16 a step are 3 steps an epoch: interruptions fall within epochs, at their ends, and twice in a row.
        TrainingTask task = Residual(threads: 1);
        TrainingResult whole = Trainer.Train(task);
        foreach (int[] stops in (int[][])[[1], [2, 1, 1], [3], [5, 2]])
        {
            TrainingTask kept = task with { Settings = task.Settings with { Checkpoint = Path.Combine(_folder, $"{stops.Length}-{stops[0]}") } };
            foreach (int steps in stops) CancelAfter(kept, steps).Reason.ShouldBe(StopReason.Cancelled);
            TrainingResult resumed = Trainer.Train(kept);
            resumed.Epochs.ShouldBe(whole.Epochs);
            ShouldBeTheSame(resumed.Model, whole.Model);
        }
    }

    [Fact]
    public void Train_OneOrTwoThreads_GivesTheSameBytes()
    {
        TrainingResult one = Trainer.Train(Residual(threads: 1)), two = Trainer.Train(Residual(threads: 2));
        two.Epochs.ShouldBe(one.Epochs);
        ShouldBeTheSame(one.Model, two.Model);
    }

    [Fact]
    public void Train_FinishedCheckpoint_GivesTheResultAgainWithoutTraining()
    {
        TrainingTask task = new(TestNets.Perceptron(), TestNets.Clouds(80), TestNets.Quick with { Checkpoint = Path.Combine(_folder, "done") });
        TrainingResult first = Trainer.Train(task), again = Trainer.Train(task);
        again.ImagesPerSecond.ShouldBe(0);
        again.Epochs.ShouldBe(first.Epochs);
        ShouldBeTheSame(first.Model, again.Model);
        Should.Throw<RecipeException>(() => Trainer.Train(task with { Settings = task.Settings with { LearningRate = 0.5 } })).Message.ShouldContain("other settings");
    }

    [Fact]
    public void Train_Cancelled_GivesTheBestSoFarAndSaysSo()
    {
        Model start = TestNets.Perceptron();
        TrainingTask task = new(start, TestNets.Clouds(200), TestNets.Quick);
        TrainingResult early = CancelAfter(task, 2);
        (early.Reason, early.BestEpoch).ShouldBe((StopReason.Cancelled, 0));
        early.Message.ShouldContain("as it came");
        ShouldBeTheSame(early.Model, start);
        TrainingResult later = CancelAfter(task, 15);
        later.BestEpoch.ShouldBe(1);
        later.Model.Weights["fc1.weight"].ToArray().ShouldNotBe(start.Weights["fc1.weight"].ToArray());
    }

    [Fact]
    public void Train_LossOverflows_StopsAndKeepsFiniteWeights()
    {
        TrainingSettings settings = TestNets.Quick with { Optimizer = "sgd", LearningRate = 1000, Momentum = 0.99, Schedule = "constant", WeightDecay = 10 };
        TrainingResult result = Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(200), settings));
        result.Reason.ShouldBe(StopReason.Diverged);
        result.Message.ShouldContain("Lower the learning rate (now 1000)");
        result.Message.ShouldMatch("in epoch 1 at step [0-9]+: (layer 'fc[12]' \\(Gemm\\)|layer 'loss'|weight 'fc[12])");
        result.Model.Weights.Values.ShouldAllBe(w => w.ToArray().All(float.IsFinite));
    }

    [Fact]
    public void Train_NothingGetsBetter_StopsEarlyWithTheBest()
    {
        TrainingSettings settings = TestNets.Quick with { LearningRate = 0, Epochs = 50, EarlyStopping = 4 };
        TrainingResult result = Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(100), settings));
        (result.Reason, result.BestEpoch, result.Epochs.Length).ShouldBe((StopReason.StoppedEarly, 1, 5));
    }

    [Fact]
    public void Train_SparseAndCodebook_ZerosStayAndClustersStay()
    {
        Model model = TestNets.Perceptron();
        var dense = (Dense)model.Weights["fc1.weight"];
        var sparse = Sparse.Of(dense, [.. Enumerable.Range(0, 64).Select(i => i % 3 == 0)]);
        float[] table = [-0.6f, -0.2f, 0.2f, 0.6f];
        ushort[] codes = [.. model.Weights["fc2.weight"].ToArray().Select(w => (ushort)Array.IndexOf(table, table.MinBy(t => Math.Abs(t - w))))];
        var clustered = Codebook.Of(Shape.Of(3, 16), codes, table);
        model = model.WithWeights([new("fc1.weight", sparse), new("fc2.weight", clustered)]);
        TrainingResult result = Trainer.Train(new TrainingTask(model, TestNets.Clouds(200), TestNets.Quick with { Epochs = 15 }));
        result.Epochs[^1].ValidationAccuracy.ShouldBe(1);
        float[] first = result.Model.Weights["fc1.weight"].ToArray(), second = result.Model.Weights["fc2.weight"].ToArray();
        for (int i = 0; i < 64; i++) (first[i] != 0).ShouldBe(i % 3 == 0);
        result.Model.Weights["fc1.weight"].ToString().ShouldBe("sparse(dense)");
        second.Distinct().Count().ShouldBe(4);
        second.ShouldNotContain(w => table.Contains(w));
        sparse.ToArray().ShouldBe(((Sparse)model.Weights["fc1.weight"]).ToArray());
    }

    [Fact]
    public void Train_OnlyTables_LeavesEverythingElseAlone()
    {
        Model model = TestNets.Perceptron();
        float[] table = [-0.5f, 0.5f];
        ushort[] codes = [.. model.Weights["fc2.weight"].ToArray().Select(w => (ushort)(w > 0 ? 1 : 0))];
        model = model.WithWeights([new("fc2.weight", Codebook.Of(Shape.Of(3, 16), codes, table))]);
        TrainingResult result = Trainer.Train(new TrainingTask(model, TestNets.Clouds(100), TestNets.Quick with { Roles = [LeafRole.Table] }));
        result.Model.Weights["fc1.weight"].ToArray().ShouldBe(model.Weights["fc1.weight"].ToArray());
        result.Model.Weights["fc2.weight"].ToArray().ShouldNotBe(model.Weights["fc2.weight"].ToArray());
    }

    [Fact]
    public void Train_SomeWeights_LeavesTheOthersAlone()
    {
        Model model = TestNets.Perceptron();
        TrainingResult result = Trainer.Train(new TrainingTask(model, TestNets.Clouds(100), TestNets.Quick) { Weights = ["fc2.weight", "fc2.bias"] });
        result.Model.Weights["fc1.weight"].ToArray().ShouldBe(model.Weights["fc1.weight"].ToArray());
        result.Model.Weights["fc2.bias"].ToArray().ShouldNotBe(model.Weights["fc2.bias"].ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_BatchNorm_StatisticsMoveUnlessFrozen(bool freeze)
    {
        TrainingTask task = Residual(threads: 1);
        task = task with { Settings = task.Settings with { FreezeBatchNorm = freeze, Epochs = 1 } };
        float[] mean = Trainer.Train(task).Model.Weights["bn1.running_mean"].ToArray();
        mean.All(m => m == 0).ShouldBe(freeze);
    }

    [Fact]
    public void Train_Preprocessing_TravelsInTheMetadata()
    {
        TrainingTask task = new(TestNets.Perceptron(), TestNets.Clouds(100), TestNets.Quick with { Epochs = 1 }) { Preprocessing = new Preprocessing { Scale = 0.5f } };
        Preprocessing stored = Preprocessing.FromMetadata(Trainer.Train(task).Model.Metadata.Properties)!;
        stored.Scale.ShouldBe(0.5f);
        stored.Trained.ShouldNotBeNull();
    }

    [Fact]
    public void Train_ClipNorm_NoStepIsLonger()
    {
        Model model = TestNets.Perceptron();
        TrainingSettings settings = TestNets.Quick with
        {
            Optimizer = "sgd",
            Momentum = 0,
            LearningRate = 1,
            Schedule = "constant",
            ClipNorm = 0.01,
            BatchSize = 180,
            Epochs = 1,
        };
        Model moved = Trainer.Train(new TrainingTask(model, TestNets.Clouds(200), settings)).Model;
        double squares = model.Weights.Sum(w => w.Value.ToArray().Zip(moved.Weights[w.Key].ToArray()).Sum(p => Math.Pow(p.First - p.Second, 2)));
        Math.Sqrt(squares).ShouldBe(0.01, 1e-5);
    }

    [Fact]
    public void Train_CheckpointInNoFolder_IsARecipeExceptionBeforeAnyStep()
    {
        TrainingSettings settings = TestNets.Quick with { Checkpoint = Path.Combine(_folder, "nowhere", "run") };
        Should.Throw<RecipeException>(() => Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(50), settings))).Message.ShouldContain("nowhere");
    }

    [Fact]
    public void Train_WrongSettings_NamesAllFaults()
    {
        TrainingSettings settings = new() { Optimizer = "magic", Schedule = "none", Momentum = 2 };
        string message = Should.Throw<RecipeException>(() => Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(50), settings))).Message;
        message.ShouldContain("'magic'");
        message.ShouldContain("'none'");
        message.ShouldContain("Momentum is 2");
    }

    private static TrainingTask Residual(int threads) => new(TestNets.Residual(dropout: 0.2), TestNets.Pictures(75), TestNets.Quick with
    {
        Threads = threads,
        Shift = 1,
        Flip = true,
        Nesterov = true,
        Optimizer = "sgd",
        WeightDecay = 1e-3,
        ClipNorm = 1,
        LabelSmoothing = 0.1,
        Schedule = "plateau",
        Patience = 0,
    });

    private static TrainingResult CancelAfter(TrainingTask task, int steps)
    {
        using var source = new CancellationTokenSource();
        return Trainer.Train(task with { Clock = new JumpingClock() }, new Counter(steps, source), source.Token);
    }

    private static void ShouldBeTheSame(Model a, Model b)
    {
        foreach ((string name, WeightEncoding weight) in a.Weights) weight.ToArray().ShouldBe(b.Weights[name].ToArray(), name);
    }

    /// <summary>A second passes at every look, so that every step is reported.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => ++_now;
    }

    private sealed class Counter(int steps, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        private int _left = steps;

        public void Report(TrainingProgress value)
        {
            if (value.Finished is null && --_left == 0) source.Cancel();
        }
    }
}
