namespace Pare.Compression.Training;

/// <summary>A running statistic of a batch norm: an input of the training graph, and the output that replaces it after a step.</summary>
/// <param name="Weight">Its name in the model, and as an input.</param>
/// <param name="Updated">The output with the new value.</param>
public sealed record RunningStatistic(string Weight, string Updated);
