namespace Pare.Compression.Quantization.Rounding;

/// <summary>How rounding is learned.</summary>
/// <param name="Steps">Steps of Adam for each layer.</param>
/// <param name="Regularization">Weight of the regulariser that drives weights to one of their two codes.</param>
internal readonly record struct AdaRoundSettings(int Steps, double Regularization = 0.01);
