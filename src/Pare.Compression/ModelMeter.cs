using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Reporting;
using Pare.Formats.Container;

namespace Pare.Compression;

/// <summary>Measures models by running them and by writing their files to nowhere.</summary>
/// <param name="options">Batch size, threads, preprocessing.</param>
public sealed class ModelMeter(EvaluationOptions options) : IModelMeter
{
    /// <inheritdoc/>
    public Quality Evaluate(Model model, DataSet data, CancellationToken cancel)
    {
        Metrics metrics = Evaluator.Run(model, data, options, progress: null, cancel);
        return new Quality(metrics.Samples, metrics.Errors, double.IsFinite(metrics.MeanLoss) ? metrics.MeanLoss : null);
    }

    /// <inheritdoc/>
    public PartSizes Measure(Model model, ContainerSettings container) => ContainerWriter.Measure(model, container.ToOptions());
}
