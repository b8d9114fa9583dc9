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
    public PartSizes Measure(Model model, ContainerSettings container)
    {
        PartSizes sizes = ContainerWriter.Measure(model, container.ToOptions());
        return container.Names == KeptNames.None ? WithNames(sizes, model) : sizes;
    }

    // A file without names numbers its weights in the order in which nodes read them; reports still name them.
    private static PartSizes WithNames(PartSizes sizes, Model model)
    {
        Dictionary<string, string> names = model.WeightsInOrder().Select((name, i) => (name, i)).ToDictionary(p => $"weight{p.i}", p => p.name, StringComparer.Ordinal);
        return sizes with
        {
            Parts = [.. sizes.Parts.Select(p => names.TryGetValue(p.Weight, out string? name) ? p with { Weight = name, Path = name + p.Path[p.Weight.Length..] } : p)],
        };
    }
}
