namespace Pare.Compression.Training.Schedules;

/// <summary>The rate is multiplied where the validation loss has not fallen for some epochs.</summary>
/// <param name="patience">How many epochs without a new least loss are borne.</param>
/// <param name="gamma">The factor of one fall.</param>
public sealed class Plateau(int patience, double gamma) : Schedule
{
    private double _factor = 1;
    private double _best = double.PositiveInfinity;
    private int _waited;

    /// <inheritdoc/>
    public override double[] State
    {
        get => [_factor, _best, _waited];
        set
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, 3);
            (_factor, _best, _waited) = (value[0], value[1], (int)value[2]);
        }
    }

    /// <inheritdoc/>
    public override double Factor(double epoch) => _factor;

    /// <inheritdoc/>
    public override void Observe(double validationLoss)
    {
        if (validationLoss < _best)
        {
            (_best, _waited) = (validationLoss, 0);
            return;
        }
        if (++_waited <= patience) return;
        (_factor, _waited) = (_factor * gamma, 0);
    }
}
