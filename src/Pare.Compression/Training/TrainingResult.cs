using System.Collections.Immutable;

namespace Pare.Compression.Training;

/// <summary>What training gave.</summary>
/// <param name="Model">The best epoch on the validation samples; the last one without them. The model as it came where no epoch was finished.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Message">One sentence on how it ended and where the model comes from.</param>
/// <param name="BestEpoch">The epoch that <paramref name="Model"/> comes from, from 1; 0 where no epoch was finished.</param>
/// <param name="Epochs">All finished epochs, those before a resume included.</param>
/// <param name="TrainSamples">Samples trained on.</param>
/// <param name="ValidationSamples">Samples that chose the epoch.</param>
/// <param name="ImagesPerSecond">Training speed of this call, validation left out.</param>
public sealed record TrainingResult(
    Model Model, StopReason Reason, string Message, int BestEpoch, ImmutableArray<EpochResult> Epochs, int TrainSamples, int ValidationSamples,
    double ImagesPerSecond);
