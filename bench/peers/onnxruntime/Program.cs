using System.Diagnostics;
using System.Globalization;
using Pare;
using Pare.Formats.Onnx;
using Pare.Peers.OnnxRuntime;
using Pare.Runtime;

// Writes each architecture with random weights as ONNX, runs the file in Pare and in ONNX Runtime, and prints how far they are apart.
// Pare.Peers.OnnxRuntime LIBONNXRUNTIME [--quick] [--quantized | --nodes] [PART OF A NAME ...]; exit code 1 where one is too far.
// --nodes: single quantized nodes instead, which must be one unit apart at most.
// --agreement DATA FILE ...: quantized models over the test part of a data set of PARE_DATA, which must get the same class in 99.5 of 100 samples.
// --quantized: each network quantized, in every form that ONNX files have. Both engines round to integers between layers, in another order of
// sums, so a value may fall on the other side; such a step of one unit is not an error, and the bound is wider by what steps add up to.
const double Allowed = 1e-4, AllowedQuantized = 0.1;
const int Batch = 2;
if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: Pare.Peers.OnnxRuntime LIBONNXRUNTIME [--quick] [--quantized | --nodes] [PART OF A NAME ...] | LIBONNXRUNTIME --agreement DATA FILE ...");
    return 2;
}
bool quick = args.Contains("--quick"), quantized = args.Contains("--quantized");
string[] parts = [.. args.Skip(1).Where(a => a is not ("--quick" or "--quantized" or "--nodes"))];
if (args is [_, "--agreement", var data, .. var files]) return QuantizedAgreement.CompareAll(args[0], data, files);
if (args.Contains("--nodes")) return QuantizedNode.CompareAll(args[0], parts);
ZooCase[] cases = [.. ZooCase.All().Where(c => (!quick || c.IsQuick) && (parts.Length == 0 || parts.Any(p => c.Label.Contains(p, StringComparison.Ordinal))))];
DirectoryInfo folder = Directory.CreateTempSubdirectory("pare-zoo-");
int far = 0;
using var peer = new OrtRuntime(args[0], Environment.ProcessorCount);
string file = Path.Combine(folder.FullName, "network.onnx");
(string Label, Func<double> Difference, double Allowed)[] all = quantized
    ? [.. QuantizedCase.All(cases).Select(c => (c.Label, (Func<double>)(() => QuantizedDifference(c)), c.Values is null ? Allowed : AllowedQuantized))]
    : [.. cases.Select(c => (c.Label, (Func<double>)(() => Difference(c.Build(seed: 1), null)), Allowed))];
try
{
    foreach ((string label, Func<double> compare, double allowed) in all)
    {
        var clock = Stopwatch.StartNew();
        double difference = compare();
        bool good = difference <= allowed; // not of NaN
        if (!good) far++;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label,-42} {difference,10:E2}  {(good ? "ok" : "TOO FAR")}  ({clock.Elapsed.TotalSeconds:F1} s)"));
    }
}
finally
{
    folder.Delete(recursive: true);
}
Console.WriteLine($"{all.Length} networks against ONNX Runtime, max |a - b| / max |b| of the output: {all.Length - far} within {(quantized ? $"{Allowed.ToString(CultureInfo.InvariantCulture)} (quantized values: {AllowedQuantized.ToString(CultureInfo.InvariantCulture)})" : Allowed.ToString(CultureInfo.InvariantCulture))}, {far} not");
return far == 0 && all.Length > 0 ? 0 : 1;

double QuantizedDifference(QuantizedCase network)
{
    var bindings = new Dictionary<string, long>(StringComparer.Ordinal) { ["N"] = Batch };
    Model plain = network.Network.Build(seed: 1);
    var session = new Session(ExecutionPlan.Build(plain, bindings: bindings));
    return Difference(network.Build(Random(session.Input(plain.Inputs[0].Name).Length), bindings), new OnnxFormat(new OnnxWriteOptions { Quantized = network.Form }));
}

float[] Random(int count)
{
    var rng = new Rng(2);
    return [.. Enumerable.Range(0, count).Select(_ => (float)rng.NextNormal())];
}

double Difference(Model written, OnnxFormat? format)
{
    ModelFile.Save(written, file, format);
    Model model = ModelFile.Load(file);
    (string input, string output) = (model.Inputs[0].Name, model.Outputs[0]);
    var session = new Session(ExecutionPlan.Build(model, bindings: new Dictionary<string, long>(StringComparer.Ordinal) { ["N"] = Batch }));
    Tensor x = session.Input(input);
    Random(x.Length).CopyTo(x.Floats);
    float[] given = x.Floats.ToArray();
    session.Run();
    ReadOnlySpan<float> ours = session.Output(output).Floats;
    float[] theirs = peer.Run(file, input, given, [.. x.Dims.ToArray().Select(d => (long)d)], output, ours.Length);
    double difference = 0, largest = 0;
    for (int i = 0; i < ours.Length; i++)
    {
        // Math.Max passes NaN on.
        difference = Math.Max(difference, Math.Abs(ours[i] - theirs[i]));
        largest = Math.Max(largest, Math.Abs(theirs[i]));
    }
    return difference / largest;
}
