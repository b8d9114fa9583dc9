using System.Collections.Immutable;

namespace Pare.Compression.Training.Schedules;

/// <summary>The rate is multiplied at each milestone.</summary>
/// <param name="milestones">Epochs, counted from 0: before the first one the factor is 1.</param>
/// <param name="gamma">The factor of one milestone.</param>
public sealed class Steps(ImmutableArray<int> milestones, double gamma) : Schedule
{
    /// <inheritdoc/>
    public override double Factor(double epoch)
    {
        double factor = 1;
        foreach (int milestone in milestones)
            if (epoch >= milestone) factor *= gamma;
        return factor;
    }
}
