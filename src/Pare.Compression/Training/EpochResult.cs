namespace Pare.Compression.Training;

/// <summary>What one epoch gave.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="LearningRate">The rate of its last step.</param>
/// <param name="Loss">Mean training loss, with augmentation and batch statistics, while the weights moved.</param>
/// <param name="Accuracy">Training accuracy, in the same way, 0 to 1; NaN where the network does not classify.</param>
/// <param name="ValidationLoss">Mean loss on the validation samples; NaN without them.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation samples, 0 to 1; NaN without them, or where the network does not classify.</param>
public sealed record EpochResult(int Epoch, double LearningRate, double Loss, double Accuracy, double ValidationLoss, double ValidationAccuracy);
