using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Compression.Methods;
using Pare.Compression.Settings;
using Pare.Compression.Training;

namespace Pare.Compression;

/// <summary>Makes a recipe of settings as they were written, and collects every fault.</summary>
internal sealed class RecipeReader(SettingsBinder faults, Catalog<CompressionMethod> methods)
{
    public const string StepsKey = "steps", MethodKey = "method", RetrainKey = "retrain";
    private const string LayersKey = "layers";

    public Recipe Read(SettingMap map)
    {
        if (map.Find("train") is { Value: SettingMap } train) faults.StartSectionsFrom(((RecipeHead)Quietly(train)).Train);
        var head = (RecipeHead)faults.Bind(new RecipeHead(), map.Without(StepsKey), overrides: null, alsoKnown: StepsKey);
        CheckNames(head.Train, map.Find("train")?.At ?? map.At);
        return new Recipe
        {
            Name = head.Name,
            Seed = head.Seed,
            Data = head.Data,
            Preprocessing = head.Preprocessing?.ToPreprocessing(),
            Train = head.Train,
            Container = head.Container,
            Steps = Steps(map),
        };
    }

    // The defaults of training must be known before the steps are read; their faults are found with the head's.
    private static object Quietly(SettingEntry train) => new SettingsBinder().Bind(new RecipeHead(), new SettingMap([train], train.At), overrides: null);

    private ImmutableArray<RecipeStep> Steps(SettingMap map)
    {
        SettingEntry? entry = map.Find(StepsKey);
        if (entry?.Value is not SettingList { Items.Length: > 0 } list)
        {
            faults.Fault(entry?.Value.At ?? map.At, "A recipe needs 'steps:', a list of at least one step such as '- method: prune.magnitude'.");
            return [];
        }
        ImmutableArray<RecipeStep>.Builder steps = ImmutableArray.CreateBuilder<RecipeStep>();
        foreach (SettingNode item in list.Items)
            if (Step(item) is { } step) steps.Add(step);
        return steps.ToImmutable();
    }

    private RecipeStep? Step(SettingNode node)
    {
        if (node is not SettingMap map || map.Find(MethodKey) is not { } entry)
        {
            faults.Fault(node.At, $"A step needs 'method:', one of {Known()}.");
            return null;
        }
        if (entry.Value is not SettingText name || methods.Find(name.Text) is not { } method)
        {
            string found = (entry.Value as SettingText)?.Text ?? "no name";
            faults.Fault(entry.Value.At, $"There is no method '{found}'.{ClosestName.Hint(found, methods.Select(m => m.Name))} Known: {Known()}.");
            return null;
        }
        ImmutableArray<string> layers = LayerPatterns(map.Find(LayersKey), method);
        TrainingSettings? retrain = method is Retrain ? null : RetrainSection(map.Find(RetrainKey));
        SettingMap rest = map.Without(MethodKey, LayersKey, RetrainKey);
        if (method is Retrain) rest = new SettingMap(rest.Entries.IsEmpty ? [] : [new SettingEntry("training", rest, rest.At)], rest.At);
        List<LayerOverride> overrides = [];
        int before = faults.Faults.Count;
        var settings = (MethodSettings)faults.Bind(method.Defaults, rest, method.WholeModel ? null : overrides, MethodKey, LayersKey, RetrainKey);
        if (overrides.Count == 0 && faults.Faults.Count == before)
            foreach (string fault in settings.Faults()) faults.Fault(map.At, $"{method.Name}: {fault}");
        CheckNames(settings switch { RetrainSettings s => s.Training, PruningSettings s => s.Between, QuantizeAwareSettings s => s.Train, _ => null }, map.At);
        return new RecipeStep(method, settings) { Layers = layers, Overrides = [.. overrides], Retrain = retrain, At = map.At };
    }

    private ImmutableArray<string> LayerPatterns(SettingEntry? entry, CompressionMethod method)
    {
        if (entry is null) return [];
        if (method.WholeModel) faults.Fault(entry.At, $"{method.Name} is about the whole model; take 'layers' out.");
        var patterns = (LayerPatternsSection)faults.Bind(new LayerPatternsSection(), new SettingMap([entry], entry.At), overrides: null);
        if (patterns.Layers.Any(p => p.Trim('!').Length == 0)) faults.Fault(entry.At, "A layer pattern is empty.");
        return patterns.Layers;
    }

    private TrainingSettings? RetrainSection(SettingEntry? entry)
    {
        if (entry is null) return null;
        TrainingSettings? retrain = ((RetrainSection)faults.Bind(new RetrainSection(), new SettingMap([entry], entry.At), overrides: null)).Retrain;
        CheckNames(retrain, entry.At);
        return retrain;
    }

    // Optimizers and schedules are names of catalogs, which no range can check.
    private void CheckNames(TrainingSettings? training, TextLocation at)
    {
        try
        {
            training?.Validate();
        }
        catch (RecipeException e)
        {
            faults.Fault(at, e.Message);
        }
    }

    private string Known() => string.Join(", ", methods.Select(m => m.Name));
}

/// <summary>The top of a recipe, without its steps.</summary>
internal sealed record RecipeHead
{
    [Setting] public string Name { get; init; } = "";

    [Setting] public ulong Seed { get; init; } = 1;

    [Setting] public string? Data { get; init; }

    [Setting] public PreprocessingSettings? Preprocessing { get; init; }

    [Setting] public TrainingSettings Train { get; init; } = new();

    [Setting] public ContainerSettings Container { get; init; } = new();
}

/// <summary>The layers of a step.</summary>
internal sealed record LayerPatternsSection
{
    [Setting] public ImmutableArray<string> Layers { get; init; } = [];
}

/// <summary>The training after a step.</summary>
internal sealed record RetrainSection
{
    [Setting] public TrainingSettings? Retrain { get; init; }
}

/// <summary>The preprocessing of a recipe.</summary>
internal sealed record PreprocessingSettings
{
    [Setting(Min = -1e6, Max = 1e6)] public float Scale { get; init; } = 1 / 255f;

    [Setting(Min = -1e6, Max = 1e6)] public ImmutableArray<float> Mean { get; init; } = [];

    [Setting(Min = 1e-9, Max = 1e6)] public ImmutableArray<float> Std { get; init; } = [];

    [Setting] public PixelLayout Layout { get; init; }

    public static PreprocessingSettings Of(Preprocessing from) => new()
    {
        Scale = from.Scale,
        Mean = from.Mean,
        Std = from.Std,
        Layout = from.Layout == "nhwc" ? PixelLayout.Nhwc : PixelLayout.Nchw,
    };

    public Preprocessing ToPreprocessing() => new() { Scale = Scale, Mean = Mean, Std = Std, Layout = Setting.Text(Layout) };
}

/// <summary>The order of a picture's axes.</summary>
internal enum PixelLayout
{
    Nchw,
    Nhwc,
}
