using System.Collections.Immutable;
using System.CommandLine;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression;
using Pare.Compression.Data;
using Pare.Compression.Training;
using Pare.Compression.Zoo;

namespace Pare.Cli.Commands;

/// <summary>The main job on embedded data.</summary>
internal sealed class DemoCommand() : Verb("demo", "Trains LeNet-5 on embedded handwritten digits, compresses it, and compares: about a minute.")
{
    private const int ValidationSamples = 1000;
    private const ulong Seed = 1;

    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Folder for the results; it is made where needed. Default: demo-output.", DefaultValueFactory = _ => "demo-output" };
    private readonly Option<int> _threads = ModelArgument.Threads();
    private readonly Option<int> _epochs = ModelArgument.Checked(
        new Option<int>("--epochs") { HelpName = "EPOCHS", Description = "Epochs of the first training, 1 to 1000. Default: 12.", DefaultValueFactory = _ => 12 }, 1, 1000);
    private readonly Option<int> _samples = ModelArgument.Checked(
        new Option<int>("--samples") { HelpName = "SAMPLES", Description = "Training samples used, 100 to 8500; fewer are faster and worse. Default: 8500.", DefaultValueFactory = _ => 8500 }, 100, 8500);

    public override string Details =>
        "It follows Deep Compression (Han, Mao, Dally, 2016): train, prune small weights, retrain what is left, share values by k-means, tune the shared values, and code the rest by Huffman. The digits are real: 10,000 of MNIST's training set, embedded in the program; 1,500 of them are the test set here."
        + "\n\nThe folder then has model.onnx (trained), model.pare (compressed; it runs as it is), model.report.json and recipe.yaml.";

    public override ImmutableArray<string> Examples => ["demo", "demo --output /tmp/demo"];

    public override IEnumerable<Symbol> Symbols => [_output, _epochs, _samples, _threads];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string folder = run.Get(_output)!;
        if (File.Exists(folder)) throw new UsageException($"--output '{folder}' is a file; expected a folder.");
        Directory.CreateDirectory(folder);
        string At(string name) => Path.Combine(folder, name);
        string onnx = At("model.onnx"), pare = At("model.pare"), recipePath = At("recipe.yaml");
        int threads = ModelArgument.ThreadCount(run, _threads);
        DataSource digits = DataSourceCatalog.Default.Find("digits");
        DataSet all = DataArguments.Open(run, digits, DataPart.Train).Slice(0, run.Get(_samples));
        var split = new ValidationSplit(Math.Min(ValidationSamples, ValidationSplit.CountFor(all) * 2), Seed);
        (DataSet train, DataSet validation) = all.Split(split.Count, split.Seed);
        run.Terminal.Note($"LeNet-5, {Units.Count(train.Count)} digits to learn from, {Units.Count(split.Count)} to choose by, {Units.Count(1500)} to test with, {threads} threads");

        Model trained = split.Mark(Train(run, train, validation, threads));
        ModelIO.Save(trained, onnx, run.Cancel);
        string recipeText = DemoRecipe.Text;
        WholeFile.WriteText(recipePath, recipeText);
        var data = new CompressionData("digits", train, validation, () => DataArguments.Open(run, digits, DataPart.Test));
        ExitCode code = new CompressionJob(run, threads).Run(trained, onnx, Recipe.Parse(recipeText, recipePath), data, pare, At("model.report.json"));

        run.Terminal.Heading("What to try next");
        run.Terminal.Line($"  ./pare eval {pare} --data digits");
        run.Terminal.Line($"  ./pare run {pare} --data digits --sample 7");
        run.Terminal.Line($"  ./pare info {pare}");
        run.Terminal.Line($"  ./pare bench {onnx} {pare}");
        run.Terminal.Line($"  ./pare compress {onnx} --recipe {recipePath} -o again.pare");
        return Task.FromResult(code);
    }

    private Model Train(Invocation run, DataSet train, DataSet validation, int threads)
    {
        var settings = new TrainingSettings { Epochs = run.Get(_epochs), LearningRate = 0.03, WeightDecay = 5e-4, BatchSize = 64, Shift = 2, Seed = Seed, Threads = threads, Validation = 0 };
        var task = new TrainingTask(ArchitectureCatalog.Default.Get("lenet-5").Build(seed: Seed), train, settings) { Validation = validation, Clock = run.Host.Time };
        TrainingResult result = run.Terminal.Work(display =>
        {
            using var bar = new TrainingBar(display, "Training LeNet-5");
            return Trainer.Train(task, bar, run.Cancel);
        });
        if (result.Reason == StopReason.Cancelled) throw new CancelledException("Cancelled before the training ended; nothing is written.");
        return result.Model;
    }
}
