namespace Pare.Compression.Training.Schedules;

/// <summary>A line of the schedule catalog.</summary>
/// <param name="Name">What the user writes: "cosine".</param>
/// <param name="Help">One line.</param>
/// <param name="Make">Makes the schedule of some settings.</param>
public sealed record ScheduleSpec(string Name, string Help, Func<TrainingSettings, Schedule> Make) : INamed;
