using Pare.Compression.Data;
using Pare.Compression.Reporting;
using Pare.Formats.Container;

namespace Pare.Compression.Evaluation;

/// <summary>Measures errors with <see cref="Evaluator"/> and bytes with <see cref="ContainerWriter"/>.</summary>
/// <param name="options">How models are run; null: the defaults.</param>
public sealed class ModelMeter(EvaluationOptions? options = null) : IModelMeter
{
    /// <inheritdoc/>
    public Quality Evaluate(Model model, DataSet data, CancellationToken cancel)
    {
        Metrics metrics = Evaluator.Run(model, data, options, progress: null, cancel);
        return new Quality(metrics.Samples, metrics.Errors, double.IsFinite(metrics.MeanLoss) ? metrics.MeanLoss : null);
    }

    /// <inheritdoc/>
    public FileSize Measure(Model model, ContainerSettings container)
    {
        PartSizes sizes = ContainerWriter.Measure(model, container.ToOptions());
        return new FileSize(sizes.TotalBytes, [.. sizes.Parts.Select(p => new PartBytes(p.Weight, Inside(p), p.Bytes))]);
    }

    // "conv1.weight/values/indices" of 'conv1.weight' is "values/indices".
    private static string Inside(PartSize part) =>
        part.Path.StartsWith(part.Weight + "/", StringComparison.Ordinal) ? part.Path[(part.Weight.Length + 1)..] : part.Path;
}
