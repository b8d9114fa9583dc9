namespace Pare.Compression.Training.Schedules;

/// <summary>The learning-rate schedules that Pare knows. Warm-up comes on top of any of them.</summary>
public static class ScheduleCatalog
{
    /// <summary>All schedules; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<ScheduleSpec> Default { get; } = new("schedule", [
        new ScheduleSpec("constant", "the rate stays", _ => new Constant()),
        new ScheduleSpec("step", "times gamma at each milestone", s => new Steps(s.Milestones, s.Gamma)),
        new ScheduleSpec("cosine", "half a cosine down to the least rate", s => new Cosine(s.WarmupEpochs, s.Epochs, s.LeastRate)),
        new ScheduleSpec("plateau", "times gamma where the validation loss stops falling", s => new Plateau(s.Patience, s.Gamma)),
    ]);
}
