using System.Collections.Immutable;
using System.CommandLine;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression;

namespace Pare.Cli.Commands;

/// <summary>Makes a model small by a recipe.</summary>
internal sealed class CompressCommand() : Verb("compress", "Makes a model small: by a recipe, or by methods named here.")
{
    private readonly Argument<string?> _model = new("model") { HelpName = "MODEL", Description = "A model: .onnx or .pare.", Arity = ArgumentArity.ZeroOrOne };
    private readonly RecipeArguments _recipe = new();
    private readonly Option<bool> _list = new("--list") { Description = "Lists the recipes that come with Pare, and the methods with their settings." };
    private readonly DataArguments _data = new(required: false, "Needed where a step trains. Default: as the recipe says.");
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "The model to write, .pare or .onnx. Default: MODEL with the ending .pare." };
    private readonly Option<string?> _report = new("--report") { HelpName = "FILE", Description = "The report to write. Default: the output with the ending .report.json." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on where the trainings of a cancelled compression ended; the result is the same as without a break." };
    private readonly Option<int?> _validation = CompressionData.ValidationOption();
    private readonly Option<bool> _noTest = new("--no-test") { Description = "Leaves the official test set alone." };
    private readonly Option<int> _threads = ModelArgument.Threads();

    public override string Details =>
        "Epochs and all else are chosen on a validation set that is taken out of the training samples. The official test set is read once, at the end, to measure the model before and after."
        + "\n\nCtrl-C ends it after what runs; the model is then saved as the last finished step left it. Trainings keep checkpoints beside the output, after every epoch, which --resume goes on from.";

    public override ImmutableArray<string> Examples =>
    [
        "compress --list",
        "compress lenet.onnx --recipe deep-compression.yaml --data mnist -o lenet.pare",
        "compress net.onnx -m prune.magnitude:sparsity=0.9,retrain.epochs=5 -m cluster.kmeans --data mnist",
    ];

    public override IEnumerable<Symbol> Symbols =>
        [_model, .. _recipe.Options, _list, _data.Data, _output, _report, _resume, _validation, _noTest, _recipe.Seed, _threads, .. _data.PreprocessingOptions];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        if (run.Get(_list)) return Task.FromResult(MethodList.Show(run));
        string path = run.Arguments.GetValue(_model) ?? throw new UsageException("Name a model to compress.");
        string output = run.Get(_output) ?? Path.ChangeExtension(path, ".pare");
        string reportPath = run.Get(_report) ?? Path.ChangeExtension(output, ".report.json");
        if (Path.GetFullPath(output) == Path.GetFullPath(path)) throw new UsageException($"'{path}' would be overwritten by its compressed self; name another file with -o.");
        ModelIO.CheckTarget("--output", output);
        WholeFile.CheckTarget("--report", reportPath);
        string checkpoints = output + ".checkpoint-";
        CheckCheckpoint(Retrainer.CheckpointFile(checkpoints, 1), run.Get(_resume));
        Recipe recipe = _recipe.Read(run, _recipe.Draft(run));
        Model model = ModelIO.Load(path, run.Cancel);
        var job = new CompressionJob(run, ModelArgument.ThreadCount(run, _threads), checkpoints);
        CompressionData data = CompressionData.Open(run, _data, recipe, run.Get(_validation), test: !run.Get(_noTest), ref model);
        return Task.FromResult(job.Run(model, path, recipe, data, output, reportPath));
    }

    private static void CheckCheckpoint(string first, bool resume)
    {
        bool there = File.Exists(first);
        if (resume && !there) throw new UsageException($"--resume: there is no checkpoint '{first}'. Leave --resume out to begin.");
        if (!resume && there) throw new UsageException($"There is a checkpoint '{first}' of an unfinished compression. Go on with --resume, or delete it to begin anew.");
    }
}
