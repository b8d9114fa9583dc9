using System.Collections.Immutable;
using Pare.Compression.Settings;
using Pare.Compression.Training;

namespace Pare.Compression;

/// <summary>One step of a recipe: a method, where, how, and what training follows.</summary>
/// <param name="Method">The method.</param>
/// <param name="Settings">The settings of the step as a whole.</param>
public sealed record RecipeStep(CompressionMethod Method, MethodSettings Settings)
{
    /// <summary>Layer patterns, see <see cref="LayerSelector"/>; none for all kernels.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>Values that some layers have of their own.</summary>
    public ImmutableArray<LayerOverride> Overrides { get; init; } = [];

    /// <summary>Training after the method, or null for none.</summary>
    public TrainingSettings? Retrain { get; init; }

    /// <summary>Where the step stands in its text.</summary>
    public TextLocation At { get; init; }

    /// <summary>What must be given beside the model.</summary>
    public MethodNeeds Needs => Method.Needs(Settings) | (Retrain is null ? MethodNeeds.None : MethodNeeds.Training);

    /// <summary>The step's layers in a model, each with its settings.</summary>
    /// <exception cref="RecipeException">A pattern matches nothing, or settings contradict each other.</exception>
    public Layers ChooseLayers(Model model) =>
        Method.WholeModel ? new Layers([], Settings) : new Layers(LayerSelector.Select(model, Layers), Settings, Overrides);
}
