using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training;

namespace Pare.Cli.Commands;

/// <summary>Measures how well a model classifies a data set.</summary>
internal sealed class EvalCommand() : Verb("eval", "Measures how well a model classifies a data set.")
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly DataArguments _data = new(required: true);
    private readonly Option<string> _split = new("--split") { HelpName = "WORD", Description = "test, train, or validation (what 'pare train' keeps apart). Default: test.", DefaultValueFactory = _ => "test" };
    private readonly Option<int?> _validation = new("--validation") { HelpName = "SAMPLES", Description = "How many samples the validation split has. Default: as the model was trained with." };
    private readonly Option<ulong?> _seed = new("--seed") { HelpName = "NUMBER", Description = "Seed of the validation split. Default: as the model was trained with." };
    private readonly Option<int> _batch = ModelArgument.Batch(100);
    private readonly EngineArguments _engine = new();

    public override string Details =>
        "Preprocessing comes from the model where it says how it was trained; inputs that are not in the range that it was trained on are refused.";

    public override ImmutableArray<string> Examples => ["eval model.pare --data mnist", "eval resnet20.onnx --data cifar10 --mean .485,.456,.406 --std .229,.224,.225 --json"];

    public override IEnumerable<Symbol> Symbols => [_model, _data.Data, _split, _validation, _seed, _batch, .. _engine.Options, .. _data.PreprocessingOptions];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string path = run.Get(_model), split = run.Get(_split)!;
        if (split is not ("test" or "train" or "validation"))
            throw new UsageException($"--split is '{split}'; expected test, train or validation.{Closest.Hint(split, ["test", "train", "validation"])}");
        Model model = ModelIO.Load(path, run.Cancel);
        DataSource source = _data.Source(run);
        DataSet data = DataArguments.Open(run, source, split == "test" ? DataPart.Test : DataPart.Train);
        if (split == "validation")
        {
            ValidationSplit known = ValidationSplit.Of(model) ?? new ValidationSplit(ValidationSplit.CountFor(data), Seed: 0);
            data = data.Split(run.Get(_validation) ?? known.Count, run.Get(_seed) ?? known.Seed).Validation;
        }
        if (!source.HasParts && split == "test") run.Terminal.Note($"'{source.Name}' has no test part of its own: the whole set is measured.");
        var options = new EvaluationOptions
        {
            BatchSize = run.Get(_batch),
            Plan = _engine.Of(run),
            Preprocessing = _data.Override(run, model, data),
            Clock = run.Host.Time,
        };
        if (Reconstruction.IsGoalOf(model))
        {
            double loss = Evaluation.Reconstruction(run, model, data, options);
            run.Terminal.Table(new TextTable().Left("").Right("").Row("mean squared error", loss.ToString("0.000000")).Row("samples", Units.Count(data.Count)));
            run.Terminal.Json(Name, new JsonObject
            {
                ["model"] = path,
                ["data"] = source.Name,
                ["split"] = split,
                ["samples"] = data.Count,
                ["mean_squared_error"] = double.IsFinite(loss) ? loss : null,
                ["bytes"] = ModelIO.Bytes(path),
            });
            return Task.FromResult(ExitCode.Done);
        }
        Metrics metrics = Evaluation.Run(run, model, data, options, "Evaluating");
        long bytes = ModelIO.Bytes(path);
        TextTable table = new TextTable().Left("").Right("");
        table.Row("accuracy", Units.Percent(metrics.Accuracy)).Row("error", Units.Percent(1 - metrics.Accuracy));
        table.Row("wrong", Units.Count(metrics.Errors)).Row("samples", Units.Count(metrics.Samples));
        if (metrics.TopFiveAccuracy is { } five) table.Row("top-5 accuracy", Units.Percent(five));
        table.Row("mean loss", metrics.MeanLoss.ToString("0.0000")).Row("file", Units.Bytes(bytes));
        table.Row("speed", $"{Units.Count((long)(metrics.Samples / metrics.Seconds))} samples/s");
        run.Terminal.Table(table);
        run.Terminal.Json(Name, new JsonObject
        {
            ["model"] = path,
            ["data"] = source.Name,
            ["split"] = split,
            ["accuracy"] = metrics.Accuracy,
            ["errors"] = metrics.Errors,
            ["samples"] = metrics.Samples,
            ["top5_accuracy"] = metrics.TopFiveAccuracy,
            ["mean_loss"] = double.IsFinite(metrics.MeanLoss) ? metrics.MeanLoss : null,
            ["bytes"] = bytes,
            ["seconds"] = metrics.Seconds,
        });
        return Task.FromResult(ExitCode.Done);
    }
}
