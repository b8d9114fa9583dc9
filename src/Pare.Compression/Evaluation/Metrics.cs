namespace Pare.Compression.Evaluation;

/// <summary>How well a network classifies a data set.</summary>
/// <param name="Samples">Samples measured: the whole set.</param>
/// <param name="Errors">Samples whose greatest output is not at the label; of equal outputs the first counts, NaN is never right.</param>
/// <param name="TopFiveErrors">Samples whose label is not among the five greatest outputs; null below 10 classes.</param>
/// <param name="MeanLoss">Mean cross-entropy in nats; NaN or infinite where outputs are.</param>
/// <param name="Seconds">Time taken, preparation of the plan included.</param>
public sealed record Metrics(int Samples, int Errors, int? TopFiveErrors, double MeanLoss, double Seconds)
{
    /// <summary>The fraction classified rightly, 0 to 1.</summary>
    public double Accuracy => 1 - (double)Errors / Samples;

    /// <summary>The fraction whose label is among the five greatest outputs; null below 10 classes.</summary>
    public double? TopFiveAccuracy => TopFiveErrors is { } errors ? 1 - (double)errors / Samples : null;
}
