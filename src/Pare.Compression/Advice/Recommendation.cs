using System.Collections.Immutable;

namespace Pare.Compression.Advice;

/// <summary>Something that would help a network, with exactly what it would save.</summary>
/// <param name="Adviser">Who found it: "large-kernels".</param>
/// <param name="Title">What to do, in a few words.</param>
/// <param name="Why">One or two sentences with numbers of this network.</param>
/// <param name="Risk">What it may cost in accuracy.</param>
/// <param name="Layers">The weights that would be replaced.</param>
/// <param name="Step">The step as <c>--method</c> takes it, layers included, without retraining.</param>
/// <param name="Before">What the model costs.</param>
/// <param name="After">What it would cost.</param>
public sealed record Recommendation(
    string Adviser, string Title, string Why, AdviceRisk Risk, ImmutableArray<string> Layers, string Step, ModelCost Before, ModelCost After)
{
    /// <summary>Epochs that the command suggests; a start, not a promise.</summary>
    public const int Epochs = 3;

    /// <summary>The user wanted to know.</summary>
    public bool IsAsked { get; init; }

    /// <summary>It may help accuracy and costs something.</summary>
    public bool ForAccuracy { get; init; }

    /// <summary>Bytes saved; negative where it costs some.</summary>
    public long SavedBytes => Before.Bytes - After.Bytes;

    /// <summary>Multiply-accumulates saved.</summary>
    public long SavedMacs => Before.Macs - After.Macs;

    /// <summary>Peak memory of activations saved; 0 where it is not known.</summary>
    public long SavedMemoryBytes => Before.MemoryBytes - After.MemoryBytes ?? 0;

    /// <summary>The network changes and must learn again.</summary>
    public bool Retrains => Risk != AdviceRisk.Low;

    /// <summary>The step with retraining where it is needed, as <c>--method</c> takes it.</summary>
    public string Method => !Retrains || Step.Contains("retrain.", StringComparison.Ordinal) ? Step : $"{Step}{(Step.Contains(':', StringComparison.Ordinal) ? ',' : ':')}retrain.epochs={Epochs}";

    /// <summary>How much it helps, 0 for not at all: the share saved, weighed by the risk.</summary>
    public double Score(AdviceGoal goal)
    {
        double bytes = Share(SavedBytes, Before.Bytes), macs = Share(SavedMacs, Before.Macs), memory = Share(SavedMemoryBytes, Before.MemoryBytes ?? 0);
        double saved = goal switch
        {
            AdviceGoal.Bytes => bytes,
            AdviceGoal.Macs => macs,
            AdviceGoal.Memory => memory,
            _ => (bytes + macs + memory) / 3,
        };
        return saved * Risk switch { AdviceRisk.Low => 1, AdviceRisk.Medium => 0.7, _ => 0.4 };
    }

    /// <summary>The command line that does it.</summary>
    /// <param name="model">The model's file.</param>
    public string Command(string model)
    {
        // A shell would take brackets for a pattern.
        string method = Method.AsSpan().ContainsAny("[]*? ") ? $"'{Method}'" : Method;
        if (model.Contains(' ', StringComparison.Ordinal)) model = $"'{model}'";
        return $"pare compress {model} -m {method}{(Retrains ? " --data DATA" : "")}";
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
