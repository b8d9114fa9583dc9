namespace Pare.Compression.Training.Schedules;

/// <summary>The rate stays.</summary>
public sealed class Constant : Schedule
{
    /// <inheritdoc/>
    public override double Factor(double epoch) => 1;
}
