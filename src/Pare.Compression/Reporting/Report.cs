using System.Collections.Immutable;
using System.Text.Json;
using Pare.Inspection;

namespace Pare.Compression.Reporting;

/// <summary>Everything about one compression: what <c>model.report.json</c> holds and the table on screen shows.</summary>
public sealed record Report
{
    /// <summary>The version of the file's form that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The form of the file.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The model's name.</summary>
    public string Model { get; init; } = "";

    /// <summary>Trainable numbers before compression.</summary>
    public long Parameters { get; init; }

    /// <summary>The recipe as YAML.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>The seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>The data, or null.</summary>
    public DataReport? Data { get; init; }

    /// <summary>The model as it came.</summary>
    public Measurement Before { get; init; } = new();

    /// <summary>The model as it is saved.</summary>
    public Measurement After { get; init; } = new();

    /// <summary>How the model stood after each step.</summary>
    public ImmutableArray<Stage> Stages { get; init; } = [];

    /// <summary>What became of each weight.</summary>
    public ImmutableArray<LayerReport> Layers { get; init; } = [];

    /// <summary>Bytes of the file that are no weights: header, graph, checksums.</summary>
    public long OverheadBytes { get; init; }

    /// <summary>True where the work was cancelled and this is the last finished step.</summary>
    public bool Interrupted { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>Where it was made.</summary>
    public EnvironmentReport? Environment { get; init; }

    /// <summary>The report of a result; qualities on the test set and latencies are added by <c>with</c>.</summary>
    /// <param name="original">The model that came in.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="result">What it gave.</param>
    /// <param name="context">The data.</param>
    public static Report Of(Model original, Recipe recipe, CompressionResult result, CompressionContext context)
    {
        ImmutableArray<LayerReport> layers = LayerReport.Of(result.Model, result.Size);
        Profile before = Profile.Of(original), after = Profile.Of(result.Model);
        long parameters = before.Parameters;
        return new Report
        {
            Model = original.Metadata.Name,
            Parameters = parameters,
            Recipe = recipe.ToYaml(),
            Seed = recipe.Seed,
            Data = context.Training is null && context.Validation is null ? null : DataReport.Of(context),
            Before = new Measurement { Bytes = 4 * parameters, Ratio = 1, Parameters = before.Parameters, Macs = before.Macs, Validation = result.Stages.FirstOrDefault()?.Validation },
            After = new Measurement
            {
                Bytes = result.Size.TotalBytes,
                Ratio = result.Size.TotalBytes == 0 ? 0 : 4.0 * parameters / result.Size.TotalBytes,
                Parameters = after.Parameters,
                Macs = after.Macs,
                Validation = result.Stages.LastOrDefault()?.Validation,
            },
            Stages = result.Stages,
            Layers = layers,
            OverheadBytes = result.Size.TotalBytes - layers.Sum(l => l.Bytes),
            Interrupted = result.Interrupted,
        };
    }

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.Report);

    /// <summary>Reads a report.</summary>
    /// <exception cref="ModelException">The text is no report, or of a version that is not known.</exception>
    public static Report FromJson(string text)
    {
        try
        {
            Report? report = JsonSerializer.Deserialize(text, ReportJson.Default.Report);
            return report is { Version: CurrentVersion } ? report
                : throw new ModelException($"The report has the version {report?.Version.ToString() ?? "null"}; {CurrentVersion} is read.");
        }
        catch (JsonException e)
        {
            throw new ModelException($"This is no report: {e.Message}", e);
        }
    }
}
