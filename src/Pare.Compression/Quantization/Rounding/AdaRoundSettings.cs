namespace Pare.Compression.Quantization.Rounding;

/// <summary>How rounding is learned.</summary>
/// <param name="Steps">Steps of Adam for each layer.</param>
/// <param name="Regularization">
/// Weight of the regulariser that drives weights to one of their two codes, in units of what a weight's whole step does to the squared
/// error by itself, on the mean. A fixed number would leave weights undecided where a layer's numbers are large.
/// </param>
internal readonly record struct AdaRoundSettings(int Steps, double Regularization = 1);
