namespace Pare.Compression.Training.Optimizers;

/// <summary>A line of the optimizer catalog.</summary>
/// <param name="Name">What the user writes: "sgd".</param>
/// <param name="Help">One line.</param>
/// <param name="Make">Makes the optimizer of some settings.</param>
public sealed record OptimizerSpec(string Name, string Help, Func<TrainingSettings, Optimizer> Make) : INamed;
