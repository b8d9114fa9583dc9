using System.Collections.Immutable;
using System.CommandLine;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Quantization.Debugging;

namespace Pare.Cli.Commands;

/// <summary>Says which nodes of a quantized network do the damage, why, and what leaving them out brings.</summary>
internal sealed class DebugQuantizationCommand() : Verb("quantization", "Ranks the nodes of a quantized network by the damage they do, and says why.")
{
    private readonly Argument<string> _model = new("quantized") { HelpName = "QUANTIZED", Description = "The quantized model, .onnx or .pare: with QuantizeLinear and DequantizeLinear, or with weights of integers." };
    private readonly Option<string> _against = new("--against", "-a") { HelpName = "FLOATS", Description = "The model that it was made of, in floats.", Required = true };
    private readonly DataArguments _data = new(required: true, "Training samples are taken where it has parts; labels are not read.");
    private readonly Option<int> _samples = ModelArgument.Checked(
        new Option<int>("--samples") { HelpName = "NUMBER", Description = "Samples that ranges are watched on, 1 to 1000000. Default: 512.", DefaultValueFactory = _ => 512 }, 1, 1_000_000);

    private readonly Option<int> _outputSamples = ModelArgument.Checked(
        new Option<int>("--output-samples") { HelpName = "NUMBER", Description = "Samples of those that nodes and outputs are compared on, 1 to 1000000. Default: 64.", DefaultValueFactory = _ => 64 }, 1, 1_000_000);

    private readonly Option<int> _top = ModelArgument.Checked(
        new Option<int>("--top") { HelpName = "NUMBER", Description = "How many culprits to show, 1 to 1000. Default: 10.", DefaultValueFactory = _ => 10 }, 1, 1000);

    private readonly Option<string?> _html = new("--html") { HelpName = "FILE", Description = "Writes a page with all nodes and pictures. Default: none is written." };
    private readonly Option<int> _threads = ModelArgument.Threads();

    public override string Details =>
        "SQNR is the ratio of signal to quantization noise in dB: 10 log10(sum of squares / sum of squared differences) against the floats. 'alone': the node's result with its weight, operands and result quantized, fed with floats. 'in all': the same value within the whole quantized network. 'output': the network's output where only this node is quantized, its parameters and its result; culprits are ranked by it. 'without': the network's output where all but the nodes under 'leave out' are quantized. Where a node's result does the damage, those that read it must be left out."
        + "\n\nFLOATS is the network as it was before quantizing: after pruning, equalizing and the like. Quantized numbers are simulated in floats, at most one unit from integer arithmetic.";

    public override ImmutableArray<string> Examples =>
        ["debug quantization q.pare --against net.onnx --data cifar10", "debug quantization q.onnx --against net.onnx --data pictures --top 3 --html q.html", "debug quantization q.onnx --against net.onnx --data mnist --json"];

    public override IEnumerable<Symbol> Symbols => [_model, _against, _data.Data, _samples, _outputSamples, _top, _html, _threads, .. _data.PreprocessingOptions];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        const ulong Seed = 1;
        string path = run.Get(_model), against = run.Get(_against)!;
        string? html = run.Get(_html);
        if (html is not null) WholeFile.CheckTarget("--html", html);
        Model quantized = ModelIO.Load(path, run.Cancel), floats = ModelIO.Load(against, run.Cancel);
        DataSource source = _data.Source(run);
        DataSet all = DataArguments.Open(run, source, DataPart.Train);
        int samples = run.Get(_samples);
        Model described = Preprocessing.FromMetadata(floats.Metadata.Properties) is null ? quantized : floats;
        var walk = ActivationWalk.For(
            described, all.Count <= samples ? all : all.Split(samples, Seed).Validation, ModelArgument.ThreadCount(run, _threads), _data.Override(run, described, all));
        QuantizationReport report = run.Terminal.Work(display =>
        {
            using IWorkBar bar = display.Start("Comparing");
            return QuantizationDebugger.Run(quantized, floats, walk, new DebugOptions { OutputSamples = run.Get(_outputSamples) }, new Direct<double>(done => bar.Report(done)), run.Cancel);
        });
        foreach (string fault in report.Unmatched) run.Terminal.Warn($"not matched: {fault}.");
        QuantizationTables.Show(run.Terminal, path, against, report, run.Get(_top));
        if (html is not null)
        {
            WholeFile.WriteText(html, QuantizationPage.Of(path, against, source.Name, report));
            run.Terminal.Note($"The page is {html}.");
        }
        run.Terminal.Json("debug quantization", QuantizationJson.Of(path, against, source.Name, report));
        return Task.FromResult(ExitCode.Done);
    }
}
