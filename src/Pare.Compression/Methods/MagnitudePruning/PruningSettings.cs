using Pare.Compression.Settings;
using Pare.Compression.Training;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="MagnitudePruning"/>; one of sparsity, density and threshold is needed.</summary>
public sealed record PruningSettings : MethodSettings
{
    /// <summary>Share of a layer's weights that is zero afterwards.</summary>
    [Setting(Min = 0, Max = 1, Help = "share of the weights that becomes zero")]
    public double? Sparsity { get; init; }

    /// <summary>Share of a layer's weights that is kept: 1 - sparsity.</summary>
    [Setting(Min = 0, Max = 1, Help = "share of the weights that is kept")]
    public double? Density { get; init; }

    /// <summary>Weights below so many standard deviations of their layer go.</summary>
    [Setting(Min = 0, Max = 100, Unit = "standard deviations", Help = "weights of a smaller magnitude go")]
    public double? Threshold { get; init; }

    /// <summary>Where the target counts.</summary>
    [Setting(WholeStep = true, Help = "whether the target counts for each layer or for all together")]
    public PruningScope Scope { get; init; }

    /// <summary>What weights are compared by under a global threshold.</summary>
    [Setting(WholeStep = true, Help = "what weights of different layers are compared by")]
    public Importance Importance { get; init; }

    /// <summary>In how many steps the target is reached.</summary>
    [Setting(WholeStep = true, Help = "how the target is reached")]
    public PruningSchedule Schedule { get; init; }

    /// <summary>Rounds of gradual and iterative pruning.</summary>
    [Setting(Min = 1, Max = 1000, WholeStep = true, Unit = "rounds", Help = "rounds of gradual and iterative pruning")]
    public int Rounds { get; init; } = 5;

    /// <summary>Training between two rounds; null for the recipe's own defaults.</summary>
    [Setting(WholeStep = true, Help = "training between two rounds; the step's own 'retrain' follows the last")]
    public TrainingSettings? Between { get; init; }

    /// <summary>Width of the gaps between stored weights in files; null lets the writer take the cheapest.</summary>
    [Setting(Min = 1, Max = 16, Unit = "bits", Help = "width of a stored gap between kept weights; auto takes the cheapest")]
    public int? IndexBits { get; init; }

    internal double? TargetDensity => Density ?? 1 - Sparsity;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        int targets = (Sparsity is null ? 0 : 1) + (Density is null ? 0 : 1) + (Threshold is null ? 0 : 1);
        if (targets == 0) yield return "say how much to prune: one of 'sparsity', 'density' and 'threshold' is needed.";
        if (targets > 1) yield return "'sparsity', 'density' and 'threshold' say the same thing; give one of them.";
        if (Threshold is not null && Scope == PruningScope.Global) yield return "'threshold' counts in each layer; 'scope: global' needs 'sparsity' or 'density'.";
        if (Threshold is not null && Schedule == PruningSchedule.Gradual) yield return "'schedule: gradual' needs 'sparsity' or 'density', not 'threshold'.";
        if (Importance != Importance.Magnitude && Scope == PruningScope.Layer) yield return "'importance' compares layers; it needs 'scope: global'.";
        if (Between is not null && Schedule == PruningSchedule.OneShot) yield return "'between' trains between rounds; it needs 'schedule: gradual' or 'iterative'.";
    }
}
