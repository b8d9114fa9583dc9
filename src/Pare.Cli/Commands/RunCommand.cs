using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression.Data;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Runs a model once.</summary>
internal sealed class RunCommand() : Verb("run", "Runs a model once, on a picture, an array, a sample of a data set, or random numbers.")
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly DataArguments _data = new(required: false, "The sample --sample of its test part is fed.");
    private readonly Option<string?> _input = new("--input", "-i") { HelpName = "FILE", Description = "A picture (.png, .jpg ...), or an array .npy whose first axis is the batch." };
    private readonly Option<int> _sample = ModelArgument.Checked(
        new Option<int>("--sample") { HelpName = "NUMBER", Description = "Which sample of --input or --data, from 0. Default: 0." }, 0, int.MaxValue);
    private readonly Option<bool> _random = new("--random") { Description = "Feeds normal random numbers to every input." };
    private readonly Option<ulong> _seed = ModelArgument.Seed(0, "--random");
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "Writes the first output as .npy." };
    private readonly Option<int> _top = ModelArgument.Checked(
        new Option<int>("--top") { HelpName = "CLASSES", Description = "How many classes to show, 1 to 1000. Default: 5.", DefaultValueFactory = _ => 5 }, 1, 1000);
    private readonly EngineArguments _engine = new();
    private readonly TuningArguments _tuning = new();

    public override ImmutableArray<string> Examples =>
        ["run model.pare --data digits --sample 7", "run resnet20.onnx --input cat.png --picture-size 32x32 --top 3", "run model.onnx --random --output logits.npy"];

    public override IEnumerable<Symbol> Symbols => [_model, _input, _data.Data, _sample, _random, _seed, _output, _top, .. _engine.Options, .. _tuning.Options, .. _data.PreprocessingOptions];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string? input = run.Get(_input), named = _data.Named(run), output = run.Get(_output);
        int given = (input is null ? 0 : 1) + (named is null ? 0 : 1) + (run.Get(_random) ? 1 : 0);
        if (given != 1) throw new UsageException($"Say what to feed with one of --input, --data and --random; {(given == 0 ? "none" : "more than one")} is given.");
        if (output is not null) WholeFile.CheckTarget("--output", output);
        Model model = ModelIO.LoadToRun(run.Get(_model), run.Cancel);
        int? label = null;
        Session session;
        PlanOptions options = _engine.Of(run);
        if (run.Get(_random))
        {
            session = new Session(_tuning.Plan(run, options, o => ExecutionPlan.Build(model, o)));
            RandomInputs.Fill(session, run.Get(_seed));
        }
        else
            (session, label) = Feed(run, model, options, input);
        session.Run();
        _tuning.Show(run, session.Plan);

        Tensor first = session.Output(model.Outputs[0]);
        if (output is not null) NpyFile.Write(output, first);
        run.Terminal.Note($"{model.Outputs[0]} {first.Type}");
        JsonArray? classes = IsScores(first) ? ShowClasses(run, model, first, label) : null;
        if (classes is null) ShowRange(run, first);
        var json = new JsonObject
        {
            ["output"] = model.Outputs[0],
            ["shape"] = new JsonArray([.. first.Dims.Select(d => (JsonNode)d)]),
            ["classes"] = classes,
            ["label"] = label,
            ["file"] = output,
        };
        if (_tuning.Json(run, session.Plan) is { } tuning) json["tuning"] = tuning;
        run.Terminal.Json(Name, json);
        return Task.FromResult(ExitCode.Done);
    }

    private (Session Session, int? Label) Feed(Invocation run, Model model, PlanOptions options, string? input)
    {
        if (model.Inputs is not [var (name, type)] || type.DType != DType.F32)
            throw new UnsupportedException($"The model's inputs are {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}' {i.Type}"))}; a sample can be fed to one float input. Try --random.");
        DataSource source = _data.Source(run, input);
        DataSet data = DataArguments.Open(run, source, DataPart.Test);
        int sample = run.Get(_sample);
        if (sample >= data.Count) throw new UsageException($"--sample is {sample}; '{data.Name}' has samples 0 to {data.Count - 1}.");
        Preprocessing preprocessing = _data.Override(run, model, data)
            ?? Preprocessing.FromMetadata(model.Metadata.Properties) ?? Preprocessing.DefaultFor(data);
        preprocessing.Check(data);
        Dictionary<string, long> bindings = Bindings(type.Shape, preprocessing.InputShape(data));
        var session = new Session(_tuning.Plan(run, options, o => ExecutionPlan.Build(model, o, bindings)));
        Tensor memory = session.Input(name);
        if (memory.Length != data.SampleLength || memory.Dims.Skip(1).Where(d => d != 1).SequenceEqual(preprocessing.InputShape(data).Where(d => d != 1)) == false)
            throw new DataException(
                $"'{data.Name}': a sample is [{string.Join(", ", preprocessing.InputShape(data))}] after preprocessing, but the input '{name}' is {type.Shape}. Try --picture-size, --grey or --layout.");
        preprocessing.Apply(data, sample, memory.Floats);
        return (session, data.Classes > 0 ? data.Label(sample) : null);
    }

    /// <summary>Open lengths of the input beyond the batch take those of the sample.</summary>
    private static Dictionary<string, long> Bindings(Shape input, ImmutableArray<int> sample)
    {
        var bindings = new Dictionary<string, long>(StringComparer.Ordinal);
        for (int i = 1; i < input.Rank && input.Rank == sample.Length + 1; i++)
            if (!input[i].IsKnown && input[i].Names.ToList() is [var only])
                bindings[only] = sample[i - 1];
        return bindings;
    }

    private static bool IsScores(Tensor output) =>
        output.DType == DType.F32 && output.Dims is [1, > 1, ..] && output.Dims.Skip(2).All(d => d == 1);

    private JsonArray ShowClasses(Invocation run, Model model, Tensor output, int? label)
    {
        float[] scores = output.Floats.ToArray();
        bool probabilities = model.Producer(model.Outputs[0])?.Operator.Name == "Softmax";
        double most = scores.Max(), sum = scores.Sum(s => Math.Exp(s - most));
        TextTable table = new TextTable().Right("class").Right("score").Right("probability").Left("note");
        var classes = new JsonArray();
        foreach ((float score, int index) in scores.Select((s, i) => (s, i)).OrderByDescending(p => p.s).Take(run.Get(_top)))
        {
            double probability = probabilities ? score : Math.Exp(score - most) / sum;
            table.Row(index.ToString(), score.ToString("0.000"), Units.Percent(probability), index == label ? "the label" : "");
            classes.Add((JsonNode)new JsonObject { ["class"] = index, ["score"] = score, ["probability"] = probability });
        }
        run.Terminal.Table(table);
        return classes;
    }

    private static void ShowRange(Invocation run, Tensor output)
    {
        if (output.DType != DType.F32) return;
        float[] values = output.Floats.ToArray();
        run.Terminal.Line($"{values.Length} numbers from {values.Min():G6} to {values.Max():G6}, mean {values.Average():G6}");
    }
}
