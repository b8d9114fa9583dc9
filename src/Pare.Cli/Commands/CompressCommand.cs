using System.Collections.Immutable;
using System.CommandLine;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression;
using Pare.Compression.Data;

namespace Pare.Cli.Commands;

/// <summary>Makes a model small by a recipe.</summary>
internal sealed class CompressCommand() : Verb("compress", "Makes a model small: by a recipe, or by methods named here.")
{
    private readonly Argument<string?> _model = new("model") { HelpName = "MODEL", Description = "A model: .onnx or .pare.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _recipe = new("--recipe", "-r") { HelpName = "FILE", Description = "A recipe in YAML, or one of those that come with Pare (see --list)." };
    private readonly Option<string[]> _methods = new("--method", "-m")
    {
        HelpName = "NAME:key=value,...",
        Description = "A step, in the place of a recipe; may be given several times. See --list.",
    };
    private readonly Option<bool> _list = new("--list") { Description = "Lists the recipes that come with Pare, and the methods with their settings." };
    private readonly DataArguments _data = new(required: false, "Needed where a step trains. Default: as the recipe says.");
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "The model to write, .pare or .onnx. Default: MODEL with the ending .pare." };
    private readonly Option<string?> _report = new("--report") { HelpName = "FILE", Description = "The report to write. Default: the output with the ending .report.json." };
    private readonly Option<int?> _validation = new("--validation")
    {
        HelpName = "SAMPLES",
        Description = "Training samples kept apart to choose by. Default: as the model was trained with, else 5000, or a tenth of a small set.",
    };
    private readonly Option<bool> _noTest = new("--no-test") { Description = "Leaves the official test set alone." };
    private readonly Option<ulong?> _seed = new("--seed") { HelpName = "NUMBER", Description = "Seed of everything random. Default: as the recipe says, else 1." };
    private readonly Option<int> _threads = ModelArgument.Threads();

    public override string Details =>
        "Epochs and all else are chosen on a validation set that is taken out of the training samples. The official test set is read once, at the end, to measure the model before and after."
        + "\n\nCtrl-C ends it after what runs; the model is then saved as the last finished step left it.";

    public override ImmutableArray<string> Examples =>
    [
        "compress --list",
        "compress lenet.onnx --recipe deep-compression.yaml --data mnist -o lenet.pare",
        "compress net.onnx -m prune.magnitude:sparsity=0.9,retrain.epochs=5 -m cluster.kmeans --data mnist",
    ];

    public override IEnumerable<Symbol> Symbols =>
        [_model, _recipe, _methods, _list, _data.Data, _output, _report, _validation, _noTest, _seed, _threads, .. _data.PreprocessingOptions];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        if (run.Get(_list)) return Task.FromResult(MethodList.Show(run));
        string path = run.Arguments.GetValue(_model) ?? throw new UsageException("Name a model to compress.");
        string output = run.Get(_output) ?? Path.ChangeExtension(path, ".pare");
        string reportPath = run.Get(_report) ?? Path.ChangeExtension(output, ".report.json");
        if (Path.GetFullPath(output) == Path.GetFullPath(path)) throw new UsageException($"'{path}' would be overwritten by its compressed self; name another file with -o.");
        ModelIO.CheckTarget("--output", output);
        WholeFile.CheckTarget("--report", reportPath);
        Recipe recipe = ReadRecipe(run);
        Model model = ModelIO.Load(path, run.Cancel);
        var job = new CompressionJob(run, ModelArgument.ThreadCount(run, _threads));
        CompressionData data = OpenData(run, recipe, ref model);
        return Task.FromResult(job.Run(model, path, recipe, data, output, reportPath));
    }

    private Recipe ReadRecipe(Invocation run)
    {
        string? file = run.Get(_recipe);
        string[] methods = run.Get(_methods) ?? [];
        if ((file is null) == (methods.Length == 0)) throw new UsageException("Say what to do with --recipe FILE, or with --method NAME:key=value,... ; one of the two.");
        Recipe recipe = file is null ? Recipe.FromArguments(methods)
            : File.Exists(file) ? Recipe.Parse(File.ReadAllText(file), file)
            : RecipeCatalog.Default.Find(file) is { } builtIn ? Recipe.Parse(builtIn.Yaml, builtIn.Name)
            : throw new UsageException(
                $"There is no recipe '{file}'.{Closest.Hint(file, RecipeCatalog.Default.Select(r => r.Name))} Give a file, or one of {string.Join(", ", RecipeCatalog.Default.Select(r => r.Name))}.");
        return run.Get(_seed) is { } seed ? recipe with { Seed = seed } : recipe;
    }

    /// <summary>Opens the data, if any is named, and notes in the model how its inputs are made.</summary>
    private CompressionData OpenData(Invocation run, Recipe recipe, ref Model model)
    {
        if ((_data.Named(run) ?? recipe.Data) is not { } name) return CompressionData.None;
        if (ForeignNodes.Of(model) is { IsEmpty: false } foreign)
        {
            if (recipe.Steps.Any(s => s.Needs.HasFlag(MethodNeeds.Training))) ForeignNodes.Refuse(model, "be trained, which the recipe asks for");
            run.Terminal.Note($"The data are not used, because the model cannot run: it needs what Pare lacks:{ForeignNodes.Describe(foreign)}");
            return CompressionData.None;
        }
        DataSource source = _data.Source(run, name);
        DataSet all = DataArguments.Open(run, source, DataPart.Train);
        if ((_data.Override(run, model, all) ?? recipe.Preprocessing) is { } preprocessing)
        {
            preprocessing = preprocessing with { Trained = Preprocessing.FromMetadata(model.Metadata.Properties)?.Trained };
            preprocessing.Check(all);
            foreach ((string key, string value) in preprocessing.TrainedOn(all).ToMetadata()) model = model.WithMetadata(model.Metadata.With(key, value));
        }
        ValidationSplit split = ValidationSplit.Of(model) ?? new ValidationSplit(ValidationSplit.CountFor(all), recipe.Seed);
        if (run.Get(_validation) is { } count) split = split with { Count = count };
        (DataSet train, DataSet validation) = all.Split(split.Count, split.Seed);
        run.Terminal.Note($"{Units.Count(split.Count)} of {Units.Count(all.Count)} training samples are kept apart for validation (seed {split.Seed}).");
        bool test = !run.Get(_noTest) && source.HasParts;
        run.Terminal.Note(
            test ? "The official test set is read once, at the end."
            : source.HasParts ? "The official test set is not read."
            : $"'{source.Name}' has no test part of its own: errors are those on the validation samples.");
        return new CompressionData(source.Name, train, validation, test ? () => DataArguments.Open(run, source, DataPart.Test) : null);
    }
}
