using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Trains a model, whatever its weights are encoded as.</summary>
internal sealed class TrainCommand() : Verb("train", "Trains a model; also one that is compressed already, in its encodings.")
{
    private const string CheckpointEnding = ".checkpoint";
    private const double UsualTeacherShare = 0.7;

    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly DataArguments _data = new(required: true);
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "The trained model, .onnx or .pare. Default: MODEL with '.trained' before its ending." };
    private readonly Option<string?> _augment = new("--augment") { HelpName = "LIST", Description = "--shift, --crop and --flip in one: shift=2,crop=4,flip. Default: none." };
    private readonly Option<string?> _checkpoint = new("--checkpoint") { HelpName = "FILE", Description = "Where unfinished training is kept. Default: the output with '.checkpoint' after it." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on where the checkpoint ended; the result is the same as without a break." };
    private readonly Option<string?> _teacher = new("--teacher") { HelpName = "FILE", Description = "A trained model of the same input and classes to learn from; --teacher-share says how much, 0.7 where only the teacher is given. Default: none." };
    private readonly Option<bool> _test = new("--test") { Description = "Measures the result on the official test set, once, at the end." };
    private readonly SettingsOptions<TrainingSettings> _settings = new(
        new Dictionary<string, string>
        {
            ["batch-size"] = "--batch",
            ["learning-rate"] = "--lr",
        },
        defaults: new Dictionary<string, string> { ["validation"] = "5000, or a tenth of a small set" },
        without: ["checkpoint"]);

    public override string Details =>
        "A validation set is taken out of the training samples, by the seed; it chooses the best epoch. The official test set is not touched, unless --test asks for it: then it is read once, at the end."
        + "\n\nCtrl-C stops after the current step, saves the best epoch so far, and keeps a checkpoint that --resume goes on from.";

    public override ImmutableArray<string> Examples =>
    [
        "new lenet-5 -o lenet.onnx", "train lenet.onnx --data mnist -o trained.onnx --epochs 20 --augment shift=2 --test",
        "train model.pare --data cifar10 --epochs 5 --lr 0.001 --roles table",
        "train student.onnx --data mnist --teacher trained.onnx --teacher-share 0.9 --temperature 8",
    ];

    public override IEnumerable<Symbol> Symbols =>
        [_model, _data.Data, _output, _test, _teacher, _resume, _checkpoint, .. _settings.Options, _augment, .. _data.PreprocessingOptions];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string path = run.Get(_model), output = run.Get(_output) ?? Path.ChangeExtension(path, ".trained" + Path.GetExtension(path));
        string checkpoint = run.Get(_checkpoint) ?? output + CheckpointEnding;
        TrainingSettings settings = Settings(run) with { Checkpoint = checkpoint };
        ModelIO.CheckTarget("--output", output);
        CheckCheckpoint(run, checkpoint);
        Model model = ModelIO.Load(path, run.Cancel);
        Model? teacher = run.Get(_teacher) is { } file ? ModelIO.Load(file, run.Cancel) : null;
        if (teacher is not null && !_settings.Has(run, "teacher-share")) settings = settings with { TeacherShare = UsualTeacherShare };
        DataSource source = _data.Source(run);
        DataSet data = DataArguments.Open(run, source, DataPart.Train);
        if (run.Get(_test) && Reconstruction.IsGoalOf(model, settings.Goal))
            throw new UsageException("--test counts wrong classes, and this network makes its input again; 'pare eval' measures how well.");
        if (run.Get(_test) && !source.HasParts) throw new UsageException($"--test: '{source.Name}' has no test part of its own.");
        if (!_settings.Has(run, "validation")) settings = settings with { Validation = ValidationSplit.CountFor(data) };
        if (settings.Validation > 0)
            run.Terminal.Note($"{Units.Count(settings.Validation)} of {Units.Count(data.Count)} training samples are kept apart for validation (seed {settings.Seed}).");
        run.Terminal.Note(run.Get(_test) ? "The official test set is read once, at the end." : "The official test set is not read; --test would read it once, at the end.");

        var task = new TrainingTask(model, data, settings) { Preprocessing = _data.Override(run, model, data), Teacher = teacher, Clock = run.Host.Time };
        TrainingResult result = run.Terminal.Work(display =>
        {
            using var bar = new TrainingBar(display, "Training");
            return Trainer.Train(task, bar, run.Cancel);
        });
        Model trained = settings.Validation > 0 ? new ValidationSplit(settings.Validation, settings.Seed).Mark(result.Model) : result.Model;
        if (result.BestEpoch > 0) ModelIO.Save(trained, output, CancellationToken.None);
        if (result.Reason == StopReason.Cancelled) throw new CancelledException(Interrupted(result, output, checkpoint));
        Metrics? test = run.Get(_test) ? Test(run, result.Model, source, settings) : null;
        Report(run, result, test, output);
        if (result.Reason == StopReason.Diverged)
        {
            run.Terminal.Error($"{result.Message} Use a smaller --lr.");
            return Task.FromResult(ExitCode.Error);
        }
        File.Delete(checkpoint);
        return Task.FromResult(ExitCode.Done);
    }

    private TrainingSettings Settings(Invocation run)
    {
        TrainingSettings settings = _settings.Read(run);
        settings = settings with { Threads = settings.Threads == 0 ? run.Host.Processors : settings.Threads };
        foreach (string part in (run.Get(_augment) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=');
            int pixels = 0;
            bool number = pair.Length == 2 && int.TryParse(pair[1], out pixels) && pixels is >= 0 and <= 64;
            settings = (pair[0], pair.Length) switch
            {
                ("flip", 1) => settings with { Flip = true },
                ("shift", 2) when number => settings with { Shift = pixels },
                ("crop", 2) when number => settings with { Crop = pixels },
                _ => throw new UsageException($"--augment has '{part}'; expected shift=PIXELS, crop=PIXELS (0 to 64) or flip."),
            };
        }
        return settings;
    }

    private void CheckCheckpoint(Invocation run, string checkpoint)
    {
        WholeFile.CheckTarget("--checkpoint", checkpoint);
        bool there = File.Exists(checkpoint);
        if (run.Get(_resume) && !there) throw new UsageException($"--resume: there is no checkpoint '{checkpoint}'. Name it with --checkpoint, or leave --resume out to begin.");
        if (!run.Get(_resume) && there)
            throw new UsageException($"There is a checkpoint '{checkpoint}' of unfinished training. Go on with --resume, or delete it to begin anew.");
    }

    private static string Interrupted(TrainingResult result, string output, string checkpoint)
    {
        string best = result.BestEpoch > 0 ? $"The best so far, epoch {result.BestEpoch}, is in '{output}'." : "No epoch was finished, so no model is written.";
        string go = File.Exists(checkpoint) ? $" Go on with the same command and --resume (checkpoint '{checkpoint}')." : "";
        return $"Cancelled. {best}{go}";
    }

    private static Metrics Test(Invocation run, Model model, DataSource source, TrainingSettings settings)
    {
        DataSet data = DataArguments.Open(run, source, DataPart.Test);
        var options = new EvaluationOptions { Plan = new PlanOptions { Threads = settings.Threads }, Clock = run.Host.Time };
        return Evaluation.Run(run, model, data, options, "Testing");
    }

    private void Report(Invocation run, TrainingResult result, Metrics? test, string output)
    {
        EpochResult? best = result.Epochs.FirstOrDefault(e => e.Epoch == result.BestEpoch);
        long bytes = result.BestEpoch > 0 ? ModelIO.Bytes(output) : 0;
        TextTable table = new TextTable().Left("").Right("");
        table.Row("epochs", Units.Count(result.Epochs.Length)).Row("best epoch", Units.Count(result.BestEpoch));
        if (best is not null)
        {
            if (double.IsFinite(best.Accuracy)) table.Row("training error", Units.Percent(1 - best.Accuracy));
            else table.Row("training loss", best.Loss.ToString("0.0000")).Row("validation loss", best.ValidationLoss.ToString("0.0000"));
            if (double.IsFinite(best.ValidationAccuracy)) table.Row("validation error", Units.Percent(1 - best.ValidationAccuracy));
        }
        if (test is not null) table.Row("test error", Units.Percent(1 - test.Accuracy));
        table.Row("speed", $"{Units.Count((long)result.ImagesPerSecond)} samples/s").Row("file", Units.Bytes(bytes));
        run.Terminal.Table(table);
        run.Terminal.Line();
        run.Terminal.Line(output);
        run.Terminal.Json(Name, new JsonObject
        {
            ["output"] = output,
            ["bytes"] = bytes,
            ["reason"] = result.Reason.ToString().ToLowerInvariant(),
            ["best_epoch"] = result.BestEpoch,
            ["train_samples"] = result.TrainSamples,
            ["validation_samples"] = result.ValidationSamples,
            ["validation_accuracy"] = Finite(best?.ValidationAccuracy),
            ["test_accuracy"] = test?.Accuracy,
            ["test_errors"] = test?.Errors,
            ["test_samples"] = test?.Samples,
            ["images_per_second"] = Finite(result.ImagesPerSecond),
            ["epochs"] = new JsonArray([.. result.Epochs.Select(e => (JsonNode)new JsonObject
            {
                ["epoch"] = e.Epoch,
                ["learning_rate"] = Finite(e.LearningRate),
                ["loss"] = Finite(e.Loss),
                ["accuracy"] = Finite(e.Accuracy),
                ["validation_loss"] = Finite(e.ValidationLoss),
                ["validation_accuracy"] = Finite(e.ValidationAccuracy),
            })]),
        });
    }

    // JSON has no NaN.
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
