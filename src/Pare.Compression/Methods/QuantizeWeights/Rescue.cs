using Pare.Compression.Quantization;
using Pare.Compression.Quantization.Rounding;

namespace Pare.Compression.Methods;

/// <summary>What a method of quantization does after weights were rounded to nearest: chooses codes anew, corrects biases.</summary>
internal static class Rescue
{
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
        return quantized;
    }
}
