namespace Pare.Compression.Training.Schedules;

/// <summary>How the learning rate goes with time: a factor of the rate that the settings name.</summary>
public abstract class Schedule
{
    /// <summary>The factor at a point of training.</summary>
    /// <param name="epoch">How many epochs are done, a fraction within an epoch.</param>
    public abstract double Factor(double epoch);

    /// <summary>Hears the validation loss after an epoch.</summary>
    public virtual void Observe(double validationLoss) { }

    /// <summary>What a checkpoint keeps of the schedule; empty where it only depends on the epoch.</summary>
    public virtual double[] State
    {
        get => [];
        set => ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, 0);
    }
}
