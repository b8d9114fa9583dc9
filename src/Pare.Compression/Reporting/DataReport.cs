namespace Pare.Compression.Reporting;

/// <summary>The data of a compression.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="TrainingSamples">Samples trained on.</param>
/// <param name="ValidationSamples">Samples chosen by.</param>
public sealed record DataReport(string Name, int TrainingSamples, int ValidationSamples)
{
    /// <summary>Samples of the test set, or null where it was not read.</summary>
    public int? TestSamples { get; init; }

    internal static DataReport Of(CompressionContext context) =>
        new((context.Training ?? context.Validation)!.Name, context.Training?.Count ?? 0, context.Validation?.Count ?? 0);
}
