using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pare.Compression.Data;
using Pare.Compression.Settings;
using Pare.Compression.Training;

namespace Pare.Compression;

/// <summary>What is done to a model, in order: a YAML file or a few --method arguments.</summary>
public sealed record Recipe
{
    /// <summary>A name for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>Decides everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The data set's name, or null.</summary>
    public string? Data { get; init; }

    /// <summary>How samples become inputs, or null for what the model says itself.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>What every "retrain" starts from.</summary>
    public TrainingSettings Train { get; init; } = new();

    /// <summary>The steps.</summary>
    public ImmutableArray<RecipeStep> Steps { get; init; } = [];

    /// <summary>How the file is written.</summary>
    public ContainerSettings Container { get; init; } = new();

    /// <summary>What must be given beside the model.</summary>
    public MethodNeeds Needs => Steps.Aggregate(MethodNeeds.None, (needs, step) => needs | step.Needs);

    /// <summary>Reads a YAML text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <param name="methods">The methods there are; null for Pare's own.</param>
    /// <exception cref="RecipeException">Something is wrong; every fault is listed with line and column.</exception>
    public static Recipe Parse(string text, string source = "recipe", Catalog<CompressionMethod>? methods = null) => RecipeDraft.OfYaml(text, source, methods).Read();

    /// <summary>Makes a recipe of arguments such as "prune.magnitude:sparsity=0.9,layers=[conv*,fc1],retrain.epochs=3".</summary>
    /// <param name="arguments">One for each step.</param>
    /// <param name="methods">The methods there are; null for Pare's own.</param>
    /// <exception cref="RecipeException">Something is wrong; every fault is listed with the argument's number and the column.</exception>
    public static Recipe FromArguments(IEnumerable<string> arguments, Catalog<CompressionMethod>? methods = null) => RecipeDraft.OfArguments(arguments, methods).Read();

    /// <summary>The recipe as a YAML text that reads back as the same recipe; what is as by default is left out.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder();
        if (Name.Length > 0) text.Append(CultureInfo.InvariantCulture, $"name: {SettingsWriter.Word(Name)}\n");
        text.Append(CultureInfo.InvariantCulture, $"seed: {Seed}\n");
        if (Data is not null) text.Append(CultureInfo.InvariantCulture, $"data: {SettingsWriter.Word(Data)}\n");
        if (Preprocessing is not null)
            text.Append(CultureInfo.InvariantCulture, $"preprocessing: {SettingsWriter.Flow(PreprocessingSettings.Of(Preprocessing), new PreprocessingSettings { Scale = float.NaN })}\n");
        var plain = new TrainingSettings();
        if (SettingsWriter.Flow(Train, plain) is not "{}" and string train) text.Append(CultureInfo.InvariantCulture, $"train: {train}\n");
        text.Append("steps:\n");
        foreach (RecipeStep step in Steps) Append(text, step);
        if (SettingsWriter.Flow(Container, new ContainerSettings()) is not "{}" and string container)
            text.Append(CultureInfo.InvariantCulture, $"container: {container}\n");
        return text.ToString();
    }

    private void Append(StringBuilder text, RecipeStep step)
    {
        text.Append(CultureInfo.InvariantCulture, $"  - method: {step.Method.Name}\n");
        if (!step.Layers.IsEmpty) text.Append(CultureInfo.InvariantCulture, $"    layers: [{string.Join(", ", step.Layers.Select(SettingsWriter.Word))}]\n");
        if (step.Settings is Methods.RetrainSettings { Training: { } training }) SettingsWriter.Lines(text, "    ", training, Train, [], Train);
        else SettingsWriter.Lines(text, "    ", step.Settings, step.Method.Defaults, step.Overrides, Train);
        if (step.Retrain is not null) text.Append(CultureInfo.InvariantCulture, $"    retrain: {SettingsWriter.Flow(step.Retrain, Train)}\n");
    }
}
