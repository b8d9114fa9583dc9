using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Pare.Cli.Options;
using Pare.Compression;
using Pare.Compression.Search;
using Pare.Compression.Settings;

namespace Pare.Cli.Commands;

/// <summary>Tries the values of one setting and shows what accuracy each costs.</summary>
internal sealed partial class SearchCommand() : Verb("search", "Tries values of a setting: cost against accuracy, and where more stops to pay.")
{
    private const double UsualMaxDrop = 0.5;

    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly RecipeArguments _recipe = new();
    private readonly Option<string> _over = new("--over")
    {
        HelpName = "[NAME=]VALUES",
        Description = "The setting and its values: width=0.25..1, or a list, 0.25,0.5,1. METHOD:NAME=... where several steps have it; without a name, the first number of the only step that has any.",
        Required = true,
    };
    private readonly Option<int?> _points = ModelArgument.Checked(
        new Option<int?>("--points") { HelpName = "NUMBER", Description = $"Values of a range, both ends included, 2 to {Sweep.MostPoints}. Default: {Sweep.UsualPoints}." }, 2, Sweep.MostPoints);
    private readonly Option<string?> _spacing = new("--spacing") { HelpName = "WORD", Description = "How a range is spaced: linear, or log for equal ratios. Default: linear." };
    private readonly Option<string[]> _retrain = new("--retrain") { HelpName = "key=value,...", Description = "Training after the step that is tried, as retrain.key=value in --method; may be given several times." };
    private readonly Option<double> _maxDrop = new("--max-drop")
    {
        HelpName = "POINTS",
        Description = $"Percentage points more validation errors than the original's that the chosen point may make. Default: {UsualMaxDrop}.",
        DefaultValueFactory = _ => UsualMaxDrop,
    };
    private readonly Option<string?> _cost = new("--cost") { HelpName = "WORD", Description = "What is cheap: macs, bytes or parameters. Default: macs where the points differ in them, else bytes." };
    private readonly DataArguments _data = new(required: false, "Points are measured on samples kept apart from its training part. Default: as the recipe says.");
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Folder for journal.jsonl, each point's model, search.json and best.pare; it is made where needed.", Required = true };
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on with the journal in the folder: what it holds is not run again." };
    private readonly Option<int?> _validation = CompressionData.ValidationOption();
    private readonly Option<bool> _test = new("--test") { Description = "Measures the chosen point on the official test set, once, at the end." };
    private readonly Option<int> _threads = ModelArgument.Threads();

    public override string Details =>
        "Each value makes a recipe of its own, which runs on the model from its beginning, retraining included; with retrain.teacher-share the original is the teacher. A value that changes nothing, such as a width of 1, is the original network."
        + "\n\nThe saturation point is the cheapest point whose validation error is at most --max-drop percentage points over the original's; its model becomes best.pare. Where no point is that good, best.pare is that of the fewest errors, and the exit code is 3. A Pareto point is one that no other beats in cost without more errors, or in errors without a higher cost."
        + "\n\nEach result is in the journal as soon as it is there. Ctrl-C keeps what is done; --resume goes on. A trial that fails is noted, and the search goes on.";

    public override ImmutableArray<string> Examples =>
    [
        "search net.onnx -m rewrite.width:retrain.epochs=1 --over 0.25..1 --data mnist -o widths",
        "search net.onnx -m rewrite.width --retrain epochs=3,teacher-share=0.7 --over 0.1,0.5 --data mnist -o x",
        "search net.onnx -m prune.magnitude -m cluster.kmeans --over sparsity=0.8,0.9 --data mnist -o x --resume",
        "search net.onnx -r r.yaml --over retrain.learning-rate=0.001..0.1 --spacing log --data mnist -o rates",
    ];

    public override IEnumerable<Symbol> Symbols =>
    [
        _model, .. _recipe.Options, _over, _points, _spacing, _retrain, _maxDrop, _cost, _data.Data, _output, _resume, _validation, _test, _recipe.Seed, _threads,
        .. _data.PreprocessingOptions,
    ];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string path = run.Get(_model);
        RecipeDraft draft = _recipe.Draft(run);
        double maxDrop = run.Get(_maxDrop);
        if (!(maxDrop >= 0 && maxDrop <= 100)) throw new UsageException($"--max-drop is {maxDrop.ToString(CultureInfo.InvariantCulture)}; expected 0 to 100 percentage points.");
        SearchCost? cost = Word<SearchCost>("--cost", run.Get(_cost));
        Sweep sweep = Sweep.Parse(run.Get(_over)!, run.Get(_points), Word<SweepSpacing>("--spacing", run.Get(_spacing)), draft);
        SettingEdit[] edits = [.. (run.Get(_retrain) ?? []).SelectMany(a => BetweenSettings().Split(a)).Select(a => Edit(a, sweep.Target.Step))];
        Recipe recipe = _recipe.Read(run, draft, [.. edits, sweep.Edit(sweep.Values[0])]);
        if ((_data.Named(run) ?? recipe.Data) is null) throw new UsageException("A search measures every point, and there is no data. Name a data set with --data.");
        SearchFolder folder = Folder(run);

        Model model = ModelIO.Load(path, run.Cancel);
        CompressionData data = CompressionData.Open(run, _data, recipe, run.Get(_validation), run.Get(_test), ref model);
        if (run.Get(_test) && data.Test is null) throw new UsageException($"--test: '{data.Name}' has no test part of its own.");
        run.Terminal.Note($"{sweep.Target.Method.Name}: '{sweep.Target.Name}' goes over {string.Join(", ", sweep.Values.Select(sweep.Text))}.");
        foreach (SettingEdit edit in edits.Append(sweep.Edit(sweep.Values[0])))
            if (draft.Written(edit.Step, edit.Setting) is { } written) run.Terminal.Note($"'{edit.Setting}' is {written} in the recipe; what is said here takes its place.");
        return new SearchJob(run, ModelArgument.ThreadCount(run, _threads), folder, cost, maxDrop).RunAsync(model, path, data, draft, sweep, edits, recipe.Seed);
    }

    private SearchFolder Folder(Invocation run)
    {
        var folder = new SearchFolder(run.Get(_output)!);
        if (File.Exists(folder.Path)) throw new UsageException($"--output '{folder.Path}' is a file; expected a folder.");
        bool there = File.Exists(folder.Journal);
        if (run.Get(_resume) && !there) throw new UsageException($"--resume: there is no journal '{folder.Journal}'. Name its folder with --output, or leave --resume out to begin.");
        if (!run.Get(_resume) && there) throw new UsageException($"There is a journal '{folder.Journal}' of another search. Go on with --resume, or name another folder.");
        return folder;
    }

    private static SettingEdit Edit(string argument, int step) => argument.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? new SettingEdit(step, $"retrain.{name.Trim()}", value.Trim())
        : throw new UsageException($"--retrain has '{argument}'; expected key=value,... such as epochs=3,teacher-share=0.7.");

    private static T? Word<T>(string option, string? text) where T : struct, Enum
    {
        if (text is null) return null;
        T[] values = Enum.GetValues<T>();
        string[] words = [.. values.Select(v => Setting.Text(v))];
        int at = Array.IndexOf(words, text);
        return at >= 0 ? values[at] : throw new UsageException($"{option} is '{text}'; expected {string.Join(" or ", words)}.{Closest.Hint(text, words)}");
    }

    // A comma within a list such as milestones=[3,5] is not followed by a name.
    [GeneratedRegex(@",(?=\s*[a-z0-9-]+=)", RegexOptions.None, 1000)]
    private static partial Regex BetweenSettings();
}
