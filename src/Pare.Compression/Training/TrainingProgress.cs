namespace Pare.Compression.Training;

/// <summary>Where training stands; reported a few times a second and after each epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">How many there will be at most.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">Mean training loss of this epoch so far.</param>
/// <param name="Accuracy">Training accuracy of this epoch so far, 0 to 1.</param>
/// <param name="ImagesPerSecond">Since this call of the trainer began, validation left out.</param>
/// <param name="TimeLeft">Until all epochs are done, at the pace so far, validation included.</param>
/// <param name="Finished">The epoch's result, in the report after an epoch; else null.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Step, int Steps, double Loss, double Accuracy, double ImagesPerSecond, TimeSpan TimeLeft, EpochResult? Finished = null);
