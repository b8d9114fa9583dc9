using Pare.Compression.Data;
using Pare.Runtime;

namespace Pare.Compression.Evaluation;

/// <summary>Takes models through samples, batch after batch, and shows values within them: for calibration, bias correction, learned rounding, comparing two models.</summary>
/// <param name="Data">The samples; labels are not read.</param>
/// <param name="Preprocessing">How they become inputs.</param>
public sealed record ActivationWalk(DataSet Data, Preprocessing Preprocessing)
{
    /// <summary>Samples a run.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads of a run; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>A walk with the preprocessing that is given, or that the model's metadata name.</summary>
    /// <exception cref="DataException">The inputs are not in the range that the model was trained on.</exception>
    public static ActivationWalk For(Model model, DataSet samples, int threads, Preprocessing? given = null) =>
        new(samples, EvaluationOptions.PreprocessingFor(model, samples, given)) { Threads = threads };

    /// <summary>Shows values of one model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="values">Names of values.</param>
    /// <param name="visit">Called after each batch.</param>
    /// <param name="cancel">Stops it.</param>
    public void Run(Model model, IEnumerable<string> values, Action<ActivationProbe> visit, CancellationToken cancel) =>
        Run([Probe(model, values)], probes => visit(probes[0]), cancel);

    /// <summary>Shows values of two models that are given the same samples.</summary>
    /// <param name="first">One model.</param>
    /// <param name="firstValues">Names of values in it.</param>
    /// <param name="second">The other.</param>
    /// <param name="secondValues">Names of values in that.</param>
    /// <param name="visit">Called after each batch.</param>
    /// <param name="cancel">Stops it.</param>
    public void Run(
        Model first, IEnumerable<string> firstValues, Model second, IEnumerable<string> secondValues,
        Action<ActivationProbe, ActivationProbe> visit, CancellationToken cancel) =>
        Run([Probe(first, firstValues), Probe(second, secondValues)], probes => visit(probes[0], probes[1]), cancel);

    private ActivationProbe Probe(Model model, IEnumerable<string> values) => new(model, values, Data, Preprocessing, BatchSize, new PlanOptions { Threads = Threads });

    private void Run(ActivationProbe[] probes, Action<ActivationProbe[]> visit, CancellationToken cancel)
    {
        using var loader = new BatchLoader(Data, Preprocessing, new BatchOptions { BatchSize = probes.Min(p => p.BatchSize) }, cancel);
        while (loader.TryNext(out Batch? batch))
        {
            foreach (ActivationProbe probe in probes) probe.Run(batch.Inputs.Span, batch.Count, cancel);
            visit(probes);
        }
    }
}
