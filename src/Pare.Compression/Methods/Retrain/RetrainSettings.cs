using Pare.Compression.Settings;
using Pare.Compression.Training;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="Retrain"/>: those of training; null for the recipe's own defaults.</summary>
public sealed record RetrainSettings : MethodSettings
{
    /// <summary>Epochs, rate and the rest. In a recipe they stand in the step itself.</summary>
    [Setting(WholeStep = true, Help = "training")]
    public TrainingSettings? Training { get; init; }
}
