using System.Diagnostics;
using System.Globalization;
using Pare;
using Pare.Peers.OnnxRuntime;
using Pare.Runtime;

// Writes each architecture with random weights as ONNX, runs the file in Pare and in ONNX Runtime, and prints how far they are apart.
// Pare.Peers.OnnxRuntime LIBONNXRUNTIME [--quick] [PART OF A NAME ...]; exit code 1 where one is too far.
const double Allowed = 1e-4;
const int Batch = 2;
if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: Pare.Peers.OnnxRuntime LIBONNXRUNTIME [--quick] [PART OF A NAME ...]");
    return 2;
}
bool quick = args.Contains("--quick");
string[] parts = [.. args.Skip(1).Where(a => a != "--quick")];
ZooCase[] cases = [.. ZooCase.All().Where(c => (!quick || c.IsQuick) && (parts.Length == 0 || parts.Any(p => c.Label.Contains(p, StringComparison.Ordinal))))];
DirectoryInfo folder = Directory.CreateTempSubdirectory("pare-zoo-");
int far = 0;
using var peer = new OrtRuntime(args[0], Environment.ProcessorCount);
try
{
    foreach (ZooCase network in cases)
    {
        var clock = Stopwatch.StartNew();
        double difference = Difference(network, Path.Combine(folder.FullName, "network.onnx"));
        bool good = difference <= Allowed; // not of NaN
        if (!good) far++;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Label,-42} {difference,10:E2}  {(good ? "ok" : "TOO FAR")}  ({clock.Elapsed.TotalSeconds:F1} s)"));
    }
}
finally
{
    folder.Delete(recursive: true);
}
Console.WriteLine($"{cases.Length} networks against ONNX Runtime, max |a - b| / max |b| of the output: {cases.Length - far} within {Allowed.ToString(CultureInfo.InvariantCulture)}, {far} not");
return far == 0 && cases.Length > 0 ? 0 : 1;

double Difference(ZooCase network, string file)
{
    ModelFile.Save(network.Build(seed: 1), file);
    Model model = ModelFile.Load(file);
    (string input, string output) = (model.Inputs[0].Name, model.Outputs[0]);
    var session = new Session(ExecutionPlan.Build(model, bindings: new Dictionary<string, long>(StringComparer.Ordinal) { ["N"] = Batch }));
    Tensor x = session.Input(input);
    var rng = new Rng(2);
    foreach (ref float value in x.Floats) value = (float)rng.NextNormal();
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
