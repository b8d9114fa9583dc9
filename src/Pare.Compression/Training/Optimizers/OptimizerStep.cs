namespace Pare.Compression.Training.Optimizers;

/// <summary>What one optimizer step is told.</summary>
/// <param name="Rate">The learning rate now.</param>
/// <param name="Decay">The weight decay of this leaf.</param>
/// <param name="GradientFactor">What every gradient is multiplied by first: below 1 where the norm is clipped.</param>
/// <param name="Number">The step's number, from 1, for bias correction.</param>
public readonly record struct OptimizerStep(float Rate, float Decay, float GradientFactor, long Number);
