using Pare.Compression.Reporting;
using Pare.Formats;
using Pare.Formats.Container;
using Pare.Inspection;

namespace Pare.Compression.Search;

/// <summary>Runs trials in this process, one after another, by a <see cref="Compressor"/>.</summary>
/// <param name="model">The model that trials start from; their <see cref="Trial.Model"/> is its hash.</param>
/// <param name="context">Data, threads, progress, retraining; validation samples are needed.</param>
/// <param name="meter">Measures.</param>
/// <param name="time">The clock for the time that a trial took.</param>
/// <param name="folder">Takes the models.</param>
public sealed class LocalTrialRunner(Model model, CompressionContext context, IModelMeter meter, TimeProvider time, SearchFolder folder) : ITrialRunner
{
    private readonly Compressor _compressor = new(new RememberingMeter(meter, model), time);

    /// <inheritdoc/>
    public Task<TrialResult> RunAsync(Trial trial, CancellationToken cancel) => Task.Run(() => Run(trial, cancel), cancel);

    private TrialResult Run(Trial trial, CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        TrialResult result = TrialResult.Of(trial);
        try
        {
            result = Measure(result, trial.Seeded, cancel);
        }
        catch (Exception e) when (e is RecipeException or ModelException or UnsupportedException or OutOfMemoryException)
        {
            // These are about this trial; data that cannot be read or a full disk would meet all others as well.
            result = result with { Error = e.Message };
        }
        return result with { Seconds = time.GetElapsedTime(started).TotalSeconds };
    }

    private TrialResult Measure(TrialResult result, Recipe recipe, CancellationToken cancel)
    {
        CompressionResult compressed = _compressor.Run(model, recipe, context, cancel);
        cancel.ThrowIfCancellationRequested(); // what was cut short is not what the recipe gives
        string path = folder.ModelOf(result.Name);
        ModelFile.Save(compressed.Model, path, new ContainerFormat(recipe.Container.ToOptions()), new ModelFileContext { Cancel = cancel });
        Profile profile = Profile.Of(compressed.Model);
        Stage last = compressed.Stages[recipe.Steps.Length]; // stage 0 is the model as it came; entropy coding comes behind
        return result with
        {
            Measure = new TrialMeasure(profile.Parameters, profile.Macs, new FileInfo(path).Length, last.Bytes, last.Density, last.Validation!),
            Note = string.Join("; ", compressed.Stages.Where(s => s.Note is not null).Select(s => $"{s.Name}: {s.Note}")) is { Length: > 0 } note ? note : null,
        };
    }
}
