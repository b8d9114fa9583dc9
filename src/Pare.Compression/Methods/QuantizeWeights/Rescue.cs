using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Quantization;
using Pare.Compression.Quantization.Rounding;
using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>What a method of quantization does after weights were rounded to nearest: chooses codes anew, corrects biases.</summary>
internal static class Rescue
{
    // Ranges are of no interest here, means are.
    private const double MeanDeviations = 6;

    /// <summary>What is to be rescued.</summary>
    /// <param name="Given">The network as the method got it: with batch normalizations, if it has any.</param>
    /// <param name="Floats">The network before weights were rounded.</param>
    /// <param name="Quantized">The same, quantized.</param>
    /// <param name="SettingsOf">The settings of a weight; null for one that was not chosen.</param>
    /// <param name="Settings">Those of the step.</param>
    /// <param name="Method">The method's name.</param>
    public sealed record Task(Model Given, Model Floats, Model Quantized, Func<string, RoundedWeightSettings?> SettingsOf, RoundedWeightSettings Settings, string Method);

    /// <summary>The quantized network with what its settings want.</summary>
    /// <exception cref="RecipeException">There are no samples, or a weight is clustered.</exception>
    public static Model Apply(Task task, CompressionContext context, CancellationToken cancel)
    {
        Dictionary<string, WeightRounding> rounding = task.Floats.WeightsInOrder()
            .Where(w => task.SettingsOf(w) is not null).ToDictionary(w => w, w => task.SettingsOf(w)!.Rounding, StringComparer.Ordinal);
        Model quantized = task.Quantized;
        bool empirical = task.Settings.BiasCorrection == BiasCorrection.Empirical;
        if (empirical || rounding.Values.Any(r => r != WeightRounding.Nearest))
        {
            ActivationWalk walk = ActivationWalk.For(task.Floats, context.CalibrationSamples(task.Settings.RoundingSamples), context.Threads);
            var options = new RoundingOptions(w => rounding.GetValueOrDefault(w, WeightRounding.Nearest), empirical) { Steps = task.Settings.RoundingSteps, Method = task.Method };
            quantized = SequentialRounding.Apply(task.Floats, quantized, walk, options, context, cancel);
        }
        return task.Settings.BiasCorrection == BiasCorrection.Analytic ? Analytic(task, quantized, context) : quantized;
    }

    // Without a range of its inputs, the network's inputs count as 0 on the mean: as preprocessed pictures are.
    private static Model Analytic(Task task, Model quantized, CompressionContext context)
    {
        ActivationRange input = (task.Settings as QuantizeStaticSettings)?.InputRange is [var low, var high] ? new((float)low, (float)high)
            : Preprocessing.FromMetadata(task.Given.Metadata.Properties)?.Trained is { } trained ? new(trained.Min, trained.Max)
            : new(-1, 1);
        Model training = Simplify.ForTraining(task.Given);
        if (!training.Nodes.Any(n => n.Operator is Operators.BatchNormalization))
            context.Warn($"{task.Method}: the model has no batch normalizations (folded already?), so bias-correction=analytic guesses means from the inputs on; bias-correction=empirical measures them");
        return AnalyticBias.Apply(task.Floats, quantized, new StatisticalRanges(training, input, MeanDeviations));
    }
}
