namespace Pare.Compression.Training.Optimizers;

/// <summary>A rule that changes numbers against their gradient. It keeps no state itself: the trainer holds its slots for each leaf.</summary>
/// <remarks>
/// Every number is updated by itself, with separate roundings of each product and sum, so the result does not depend on the vector
/// width or on how a leaf is cut into pieces for threads.
/// </remarks>
public abstract class Optimizer
{
    /// <summary>How many numbers of state it needs for each number that is trained.</summary>
    public abstract int Slots { get; }

    /// <summary>Does one step.</summary>
    /// <param name="values">The numbers that are trained.</param>
    /// <param name="gradient">Their gradient, as many.</param>
    /// <param name="first">The first slot, as many; empty where <see cref="Slots"/> is 0.</param>
    /// <param name="second">The second slot, as many; empty where <see cref="Slots"/> is below 2.</param>
    /// <param name="step">The step's factors.</param>
    public abstract void Update(Span<float> values, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, in OptimizerStep step);
}
