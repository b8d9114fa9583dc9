namespace Pare.Runtime;

/// <summary>The memory that a plan takes, see <see cref="ExecutionPlan.Measure"/>.</summary>
/// <param name="ActivationBytes">Inputs, outputs and what lives between nodes at the fullest moment, as the planner places it, every value whole. It depends on the model alone, not on processor or threads.</param>
/// <param name="ArenaBytes">The same with the scratch memory of the kernels that this processor and so many threads would use; of values that are handed on band by band, some rows alone.</param>
/// <param name="PackedBytes">Weights as kernels hold them, decoded and packed.</param>
public sealed record PlanMemory(long ActivationBytes, long ArenaBytes, long PackedBytes)
{
    /// <summary>Arena and packed weights: what stays in memory while the model runs.</summary>
    public long TotalBytes => ArenaBytes + PackedBytes;
}
