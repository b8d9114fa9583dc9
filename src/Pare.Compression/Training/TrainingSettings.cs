using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Compression.Settings;
using Pare.Compression.Training.Optimizers;
using Pare.Compression.Training.Schedules;

namespace Pare.Compression.Training;

/// <summary>How a network is trained.</summary>
public sealed record TrainingSettings
{
    /// <summary>Passes over the training samples.</summary>
    [Setting(Min = 0, Max = 100_000, Unit = "epochs", Help = "passes over the training samples")]
    public int Epochs { get; init; } = 10;

    /// <summary>Samples of one step; less where the data has fewer. A last batch that would be short is left out.</summary>
    [Setting(Min = 1, Max = 65_536, Unit = "samples", Help = "samples of one step")]
    public int BatchSize { get; init; } = 128;

    /// <summary>A name of <see cref="OptimizerCatalog"/>.</summary>
    [Setting(Help = "sgd, sgdw, adam or adamw")]
    public string Optimizer { get; init; } = "sgd";

    /// <summary>The highest learning rate, before the schedule.</summary>
    [Setting(Min = 0, Max = 1000, Help = "the learning rate that the schedule starts from")]
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Momentum of sgd and sgdw.</summary>
    [Setting(Min = 0, Max = 0.9999, Help = "momentum of sgd and sgdw")]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Nesterov's form of momentum.</summary>
    [Setting(Help = "Nesterov's form of momentum")]
    public bool Nesterov { get; init; }

    /// <summary>Memory of the mean, of adam and adamw.</summary>
    [Setting(Min = 0, Max = 0.999999, Help = "memory of the mean, of adam and adamw")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Memory of the square, of adam and adamw.</summary>
    [Setting(Min = 0, Max = 0.9999999, Help = "memory of the square, of adam and adamw")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root, of adam and adamw.</summary>
    [Setting(Min = 1e-20, Max = 1, Help = "added to the root, of adam and adamw")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay; within the gradient or decoupled, as the optimizer has it.</summary>
    [Setting(Min = 0, Max = 10, Help = "weight decay")]
    public double WeightDecay { get; init; }

    /// <summary>Whether biases, batch-norm parameters, tables and scales decay as well.</summary>
    [Setting(Help = "decay biases, batch-norm parameters, tables and scales as well")]
    public bool DecayAll { get; init; }

    /// <summary>A gradient whose norm over all leaves is larger is shortened to this; 0: never.</summary>
    [Setting(Min = 0, Max = 1e9, Help = "longest gradient; longer ones are shortened to it; 0: never")]
    public double ClipNorm { get; init; }

    /// <summary>A name of <see cref="ScheduleCatalog"/>.</summary>
    [Setting(Help = "constant, step, cosine or plateau")]
    public string Schedule { get; init; } = "cosine";

    /// <summary>The rate climbs linearly to its full height over so many epochs first.</summary>
    [Setting(Min = 0, Max = 10_000, Unit = "epochs", Help = "the rate climbs over so many epochs first")]
    public double WarmupEpochs { get; init; }

    /// <summary>Epochs at which "step" multiplies the rate.</summary>
    [Setting(Min = 0, Max = 100_000, Unit = "epochs", Help = "where the schedule 'step' multiplies the rate")]
    public ImmutableArray<int> Milestones { get; init; } = [];

    /// <summary>What "step" and "plateau" multiply the rate by.</summary>
    [Setting(Min = 0, Max = 1, Help = "what 'step' and 'plateau' multiply the rate by")]
    public double Gamma { get; init; } = 0.1;

    /// <summary>Epochs without a new least validation loss that "plateau" bears.</summary>
    [Setting(Min = 0, Max = 10_000, Unit = "epochs", Help = "how long 'plateau' waits")]
    public int Patience { get; init; } = 5;

    /// <summary>The last factor of "cosine".</summary>
    [Setting(Min = 0, Max = 1, Help = "the share of the rate that 'cosine' ends at")]
    public double LeastRate { get; init; }

    /// <summary>What the network learns.</summary>
    [Setting(Help = "what the network learns; auto: as the model's metadata says, otherwise classes")]
    public TrainingGoal Goal { get; init; }

    /// <summary>The share of the target that is spread evenly over all classes.</summary>
    [Setting(Min = 0, Max = 0.99, Help = "share of the target spread evenly over all classes")]
    public double LabelSmoothing { get; init; }

    /// <summary>The share of the loss that compares with a teacher's outputs instead of the labels; see <see cref="Distillation"/>.</summary>
    [Setting(Min = 0, Max = 1, Help = "share of the loss that follows a teacher instead of the labels")]
    public double TeacherShare { get; init; }

    /// <summary>What logits of teacher and student are divided by before they are compared.</summary>
    [Setting(Min = 0.1, Max = 1000, Help = "what logits are divided by before they are compared with the teacher's")]
    public double Temperature { get; init; } = 4;

    /// <summary>Pictures move by up to so many pixels; see <see cref="Augmentation.ShiftPixels"/>.</summary>
    [Setting(Min = 0, Max = 64, Unit = "pixels", Help = "pictures move by up to so many pixels")]
    public int Shift { get; init; }

    /// <summary>Pictures are padded and cut; see <see cref="Augmentation.CropPadding"/>.</summary>
    [Setting(Min = 0, Max = 64, Unit = "pixels", Help = "pictures are padded by so many pixels and cut at random")]
    public int Crop { get; init; }

    /// <summary>Pictures are mirrored left and right at random.</summary>
    [Setting(Help = "mirror pictures left and right at random")]
    public bool Flip { get; init; }

    /// <summary>Samples taken out of the training set, by the seed, to choose the best epoch with; 0: none, and the last epoch counts.</summary>
    [Setting(Min = 0, Max = 1_000_000_000, Unit = "samples", Help = "samples kept apart to choose the best epoch with")]
    public int Validation { get; init; } = 5000;

    /// <summary>
    /// What the best epoch is best in, on the validation samples: "accuracy" or "loss"; "last" takes the last epoch, which is right where the
    /// network was trained on the validation samples before: it only forgets them then, and its first epochs would seem the best.
    /// </summary>
    [Setting(Help = "what the best epoch is best in, on the validation samples: accuracy or loss; last: the last epoch counts")]
    public string KeepBest { get; init; } = "accuracy";

    /// <summary>Stops after so many epochs without a better one; 0: never.</summary>
    [Setting(Min = 0, Max = 10_000, Unit = "epochs", Help = "stop after so many epochs without a better one; 0: never")]
    public int EarlyStopping { get; init; }

    /// <summary>Batch norms keep and use their statistics instead of those of the batch.</summary>
    [Setting(Help = "batch norms keep and use the statistics that they have")]
    public bool FreezeBatchNorm { get; init; }

    /// <summary>Only leaves of these roles train; empty: all. Codebooks alone: "table".</summary>
    [Setting(Help = "which leaves train: weight, table, scale; none named: all")]
    public ImmutableArray<LeafRole> Roles { get; init; } = [];

    /// <summary>Seed of the validation split, the order, the augmentation and dropout.</summary>
    [Setting(Help = "seed of everything that is random")]
    public ulong Seed { get; init; }

    /// <summary>Threads; 0: as many as there are processors. Results do not depend on it.</summary>
    [Setting(Min = 0, Max = 1024, Help = "threads; 0: one for each processor; the result is the same")]
    public int Threads { get; init; }

    /// <summary>The file that training resumes from and is saved to; null: none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Epochs between two checkpoints.</summary>
    [Setting(Min = 1, Max = 100_000, Unit = "epochs", Help = "epochs between two checkpoints")]
    public int CheckpointEvery { get; init; } = 1;

    internal int ThreadCount => Threads == 0 ? Environment.ProcessorCount : Threads;

    internal Augmentation Augmentation => new() { ShiftPixels = Shift, CropPadding = Crop, HorizontalFlip = Flip };

    /// <summary>Checks every number against its <see cref="SettingAttribute"/>, and names against their catalogs.</summary>
    /// <exception cref="RecipeException">Some are wrong; all are named.</exception>
    internal void Validate()
    {
        List<string> faults = SettingRanges.Faults(this);
        if (OptimizerCatalog.Default.Find(Optimizer) is null) faults.Add(Unknown("optimizer", Optimizer, OptimizerCatalog.Default.Select(o => o.Name)));
        if (ScheduleCatalog.Default.Find(Schedule) is null) faults.Add(Unknown("schedule", Schedule, ScheduleCatalog.Default.Select(s => s.Name)));
        if (KeepBest is not ("accuracy" or "loss" or "last")) faults.Add(Unknown("keep-best", KeepBest, ["accuracy", "loss", "last"]));
        if (faults.Count > 0) throw new RecipeException($"Training settings: {string.Join(" ", faults)}");
    }

    private static string Unknown(string what, string found, IEnumerable<string> known) => $"{what} '{found}' is not known; expected {string.Join(", ", known)}.";
}
