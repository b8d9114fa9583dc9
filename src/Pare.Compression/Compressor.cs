using System.Collections.Immutable;
using Pare.Compression.Reporting;
using Pare.Encodings;
using Pare.Formats.Container;
using Pare.Inspection;

namespace Pare.Compression;

/// <summary>Runs a recipe: per step it chooses layers, applies the method, retrains, checks what earlier steps reached, and measures.</summary>
/// <param name="meter">Measures errors and bytes.</param>
/// <param name="time">The clock for the report.</param>
public sealed class Compressor(IModelMeter meter, TimeProvider time)
{
    private static readonly ContainerSettings Plain = new() { Entropy = EntropyCoding.None };

    /// <summary>Runs the recipe. Nothing is tried before every fault that can be known is known.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="recipe">The recipe; its seed and training defaults count, not those of the context.</param>
    /// <param name="context">Data, threads, progress, retraining.</param>
    /// <param name="cancel">Ends the work after what runs; the result is then that of the last finished step.</param>
    /// <exception cref="RecipeException">The recipe does not fit the model, or needs data that is not there; all faults are listed.</exception>
    /// <exception cref="ModelException">A weight is not finite.</exception>
    public CompressionResult Run(Model model, Recipe recipe, CompressionContext context, CancellationToken cancel)
    {
        Finite.Check(model);
        Check(model, recipe, context);
        context = context with { Seed = recipe.Seed, TrainingDefaults = recipe.Train, Teacher = context.Teacher ?? model };
        var stages = ImmutableArray.CreateBuilder<Stage>();
        bool interrupted = false;
        long parameters = Profile.Of(model).Parameters;
        try
        {
            stages.Add(StageOf("trained", model, parameters, Plain, time.GetTimestamp()) with { Validation = Evaluate(model, context, cancel) });
            for (int i = 0; i < recipe.Steps.Length && !interrupted; i++)
            {
                context.Report("step", $"{i + 1} of {recipe.Steps.Length}: {recipe.Steps[i].Method.Name}", (double)i / recipe.Steps.Length);
                (model, Stage stage) = Step(model, parameters, recipe.Steps[i], i + 1, stages[^1], context, cancel);
                stages.Add(stage);
                interrupted = cancel.IsCancellationRequested && i + 1 < recipe.Steps.Length;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            interrupted = true;
        }
        long started = time.GetTimestamp();
        model = WithIndexBits(model, recipe.Container.IndexBits);
        PartSizes size = meter.Measure(model, recipe.Container);
        if (recipe.Container.Entropy != EntropyCoding.None && stages.Count > 0)
            stages.Add(new Stage($"+ {Settings.Setting.Text(recipe.Container.Entropy)}", size.TotalBytes, Ratio(parameters, size.TotalBytes), stages[^1].Density,
                time.GetElapsedTime(started).TotalSeconds)
            { Validation = stages[^1].Validation, Parameters = stages[^1].Parameters, Macs = stages[^1].Macs });
        return new CompressionResult(model, stages.ToImmutable(), size, interrupted);
    }

    /// <summary>Finds every fault that can be known before any work: layers that are not there, training without data.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="context">Data, retraining.</param>
    /// <exception cref="RecipeException">The recipe does not fit; all faults are listed.</exception>
    public static void Check(Model model, Recipe recipe, CompressionContext context)
    {
        List<string> faults = [];
        for (int i = 0; i < recipe.Steps.Length; i++)
        {
            RecipeStep step = recipe.Steps[i];
            if (step.Needs.HasFlag(MethodNeeds.Training) && (context.Training is null || context.Retrainer is null))
                faults.Add($"{Title(step, i + 1)} trains, and there is no data. Name a data set (--data, or 'data:' in the recipe), or take the training out.");
            if (step.Needs.HasFlag(MethodNeeds.Calibration) && context.Calibration is null && context.Training is null)
                faults.Add($"{Title(step, i + 1)} watches activations on samples, and there is no data. Name a data set (--data, or 'data:' in the recipe); labels are not needed.");
        }
        for (int i = 0; i < recipe.Steps.Length; i++)
        {
            try
            {
                recipe.Steps[i].ChooseLayers(model);
            }
            catch (RecipeException e)
            {
                faults.Add($"{Title(recipe.Steps[i], i + 1)}: {e.Message}");
            }
            if (recipe.Steps[i].Method.ChangesGraph) break; // what comes after is not known yet
        }
        if (faults.Count > 0) throw new RecipeException(string.Join('\n', faults));
    }

    private (Model Model, Stage Stage) Step(
        Model before, long parameters, RecipeStep step, int number, Stage last, CompressionContext context, CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        List<string> notes = [];
        WidthCurve? curve = null;
        context = context with { Warnings = notes.Add, Curves = c => curve = c };
        Model model = step.Method.Apply(before, step.ChooseLayers(before), step.Settings, context, cancel);
        Finite.Check(model);
        StepCheck.Holds(before, model, Title(step, number));
        Quality? quality = Evaluate(model, context, cancel), beforeRetraining = null;
        if (step.Retrain is not null)
        {
            beforeRetraining = quality;
            Model retrained = context.Retrain(model, step.Retrain, cancel);
            Finite.Check(retrained);
            StepCheck.Holds(model, retrained, $"The retraining of {Title(step, number)}");
            quality = Evaluate(retrained, context, cancel);
            if (quality is not null && beforeRetraining is not null && quality.IsWorseThan(beforeRetraining))
            {
                quality = beforeRetraining;
                notes.Add("retraining made it worse, so the state before it was kept");
            }
            else model = retrained;
        }
        Stage stage = StageOf(step.Method.Name, model, parameters, Plain, started) with
        {
            Validation = quality,
            BeforeRetraining = beforeRetraining,
            Curve = curve?.WithChosenError((beforeRetraining ?? quality)?.Error),
        };
        if (number > 1 && stage.Bytes > last.Bytes && notes.Count == 0) notes.Add("larger than before this step");
        return (model, notes.Count == 0 ? stage : stage with { Note = string.Join("; ", notes) });
    }

    private Stage StageOf(string name, Model model, long parameters, ContainerSettings container, long started)
    {
        long bytes = meter.Measure(model, container).TotalBytes;
        Profile profile = Profile.Of(model);
        return new Stage(name, bytes, Ratio(parameters, bytes), EncodingTree.Density(model), time.GetElapsedTime(started).TotalSeconds)
        {
            Parameters = profile.Parameters,
            Macs = profile.Macs,
        };
    }

    private Quality? Evaluate(Model model, CompressionContext context, CancellationToken cancel)
    {
        if (context.Validation is null) return null;
        context.Report("validation", context.Validation.Name, 0);
        return meter.Evaluate(model, context.Validation, cancel);
    }

    private static Model WithIndexBits(Model model, int? bits) => bits is null ? model
        : model.WithWeights(model.Weights.Select(w => KeyValuePair.Create(w.Key, WithIndexBits(w.Value, bits))));

    private static WeightEncoding WithIndexBits(WeightEncoding weight, int? bits) => weight switch
    {
        Sparse sparse => sparse.WithIndexBits(bits),
        Scaled scaled => new Scaled(scaled.Axis, scaled.Scales, WithIndexBits(scaled.Inner, bits), scaled.Block),
        _ => weight,
    };

    private static double Ratio(long parameters, long bytes) => bytes == 0 ? 0 : 4.0 * parameters / bytes;

    private static string Title(RecipeStep step, int number) => step.At == Settings.TextLocation.None
        ? $"Step {number} ({step.Method.Name})"
        : $"Step {number} ({step.Method.Name}, at {step.At})";
}
