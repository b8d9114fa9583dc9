using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Output;
using Pare.Formats.Onnx;

namespace Pare.Cli.Commands;

/// <summary>Writes a model in another format.</summary>
internal sealed class ConvertCommand() : Verb("convert", "Writes a model in another format: .onnx to .pare or back, or to another opset.")
{
    private const double Tolerance = 1e-4;

    private readonly Argument<string> _from = new("in") { HelpName = "IN", Description = "The model to read: .onnx or .pare." };
    private readonly Argument<string> _to = new("out") { HelpName = "OUT", Description = "The file to write: .onnx or .pare." };
    private readonly Option<int?> _opset = new("--opset") { HelpName = "NUMBER", Description = "The opset of an .onnx file, 7 to 27. Default: as the model was read, or newer where quantized weights need it." };
    private readonly Option<string?> _form = new("--quantized-form") { HelpName = "FORM", Description = $"How an .onnx file holds what is quantized: {string.Join(", ", Forms.Keys)}. Default: qdq." };

    private static OrderedDictionary<string, QuantizedForm> Forms => new(StringComparer.Ordinal)
    {
        ["qdq"] = QuantizedForm.Qdq,
        ["qoperator"] = QuantizedForm.QOperator,
        ["floats"] = QuantizedForm.Floats,
    };

    public override string Details =>
        "An .onnx file holds weights of integers as integers behind DequantizeLinear (1 to 4 bits as int4, 5 to 8 as int8, 16 as int16) and all other weights as plain floats: a model compressed otherwise grows when it is written as .onnx. --quantized-form qoperator writes QLinearConv and QLinearMatMul in place of layers between QuantizeLinear and DequantizeLinear, which round a little differently; floats decodes all weights. The file is read back and run on random inputs; where its results are not those of the original, the exit code is 5.";

    public override ImmutableArray<string> Examples => ["convert model.pare model.onnx", "convert old.onnx new.onnx --opset 21", "convert int8.pare int8.onnx --quantized-form qoperator"];

    public override IEnumerable<Symbol> Symbols => [_from, _to, _opset, _form];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string from = run.Get(_from), to = run.Get(_to);
        int? opset = run.Get(_opset);
        if (opset is < 7 or > 27) throw new UsageException($"--opset is {opset}; expected 7 to 27.");
        if (opset is not null && Path.GetExtension(to) != ".onnx") throw new UsageException($"--opset is about .onnx files; '{to}' is none.");
        QuantizedForm form = Form(run.Get(_form), to);
        ModelIO.CheckTarget("OUT", to);
        Model model = ModelIO.Load(from, run.Cancel);
        var options = new OnnxWriteOptions { Opset = opset, Quantized = form };
        ModelIO.Save(model, to, options, run.Cancel);
        bool runs = ForeignNodes.Of(model).IsEmpty;
        if (!runs) run.Terminal.Note($"The results were not compared, because the model cannot run: it needs what Pare lacks:{ForeignNodes.Describe(ForeignNodes.Of(model))}");
        // Biases rounded to integers and integer operators are not what the model has, but what the file must give.
        Model expected = Path.GetExtension(to) == ".onnx" ? new OnnxFormat(options).Keep(model) : model;
        double? difference = runs ? Compare(expected, ModelIO.Load(to, run.Cancel)) : null;
        if (runs && !(difference <= Tolerance))
            throw new VerificationException($"'{to}' was written, but run on random inputs it gives other results than '{from}': they differ by {difference:G3} of their range.");
        long before = ModelIO.Bytes(from), after = ModelIO.Bytes(to);
        run.Terminal.Line($"{to}: {Units.Bytes(after)} ({from}: {Units.Bytes(before)})");
        run.Terminal.Json(Name, new JsonObject { ["output"] = to, ["bytes"] = after, ["bytes_before"] = before, ["difference"] = difference });
        return Task.FromResult(ExitCode.Done);
    }

    private static QuantizedForm Form(string? name, string to)
    {
        if (name is null) return QuantizedForm.Qdq;
        if (Path.GetExtension(to) != ".onnx") throw new UsageException($"--quantized-form is about .onnx files; '{to}' is none.");
        return Forms.TryGetValue(name, out QuantizedForm form) ? form : throw new UsageException($"--quantized-form is '{name}'; expected {string.Join(", ", Forms.Keys)}.");
    }

    /// <summary>The largest difference of any output on the same random inputs, as a share of the output's range.</summary>
    private static double Compare(Model expected, Model actual)
    {
        var left = new Session(expected);
        var right = new Session(actual);
        RandomInputs.Fill(left, seed: 1);
        RandomInputs.Fill(right, seed: 1);
        left.Run();
        right.Run();
        double worst = 0;
        foreach ((string l, string r) in expected.Outputs.Zip(actual.Outputs))
        {
            Tensor a = left.Output(l), b = right.Output(r);
            if (a.Type.ToString() != b.Type.ToString()) return double.PositiveInfinity;
            if (a.Bytes.SequenceEqual(b.Bytes)) continue;
            if (a.DType != DType.F32) return double.PositiveInfinity;
            double range = 0, difference = 0;
            for (int i = 0; i < a.Length; i++)
            {
                range = Math.Max(range, Math.Abs(a.Floats[i]));
                difference = Math.Max(difference, Math.Abs((double)a.Floats[i] - b.Floats[i]));
            }
            worst = Math.Max(worst, difference / Math.Max(range, float.Epsilon));
        }
        return worst;
    }
}
