using Pare.Compression;
using Pare.Compression.Methods;
using Pare.Compression.Training;
using Pare.Inspection;
using Pare.Passes;
using Pare.Passes.Channels;
using Pare.Peers.OnnxRuntime;
using Pare.Runtime;
using Pare.Tests.Formats.Onnx;

namespace Pare.Peers.Strangers;

/// <summary>All that Pare should be able to do with one file; what fails is noted and the rest goes on.</summary>
internal sealed class Trial(StrangerFile file, OrtRuntime? peer, string folder)
{
    public const double Allowed = 1e-4;

    private readonly Tensor[] _expected = [.. file.Outputs.Select(o => o.Value)];

    /// <summary>What went wrong: the work and the reason.</summary>
    public List<(string Work, string Fault)> Faults { get; } = [];

    /// <summary>What is no fault and worth knowing.</summary>
    public List<string> Notes { get; } = [];

    public double FromTorch { get; private set; } = double.NaN;

    public double FromOnnxRuntime { get; private set; } = double.NaN;

    public double Scalar { get; private set; } = double.NaN;

    public void Run()
    {
        Model? model = null;
        Try("load", () =>
        {
            model = ModelFile.Load(file.Path);
            if (ForeignNodes.Of(Simplify.ForInference(model)) is { IsEmpty: false } foreign) throw new UnsupportedException($"It needs what Pare lacks:{ForeignNodes.Describe(foreign)}");
        });
        if (model is null) return;
        Tensor[]? ours = null;
        Try("run", () => FromTorch = Near(ours = Run(model), _expected));
        Try("scalar", () => Scalar = Near(ScalarRun.Run(model, file.Inputs), _expected));
        if (peer is not null && ours is not null) Try("onnxruntime", () => FromOnnxRuntime = Near(ours, RunPeer(file.Path)));
        Try("pare file", () => Near(Run(Saved(model, "saved.pare")), _expected));
        Try("onnx file", () =>
        {
            Near(Run(Saved(model, "saved.onnx")), _expected);
            if (peer is not null) Near(RunPeer(Path.Combine(folder, "saved.onnx")), _expected);
        });
        Try("simplified onnx file", () =>
        {
            Near(Run(Saved(Simplify.ForInference(model), "simple.onnx")), _expected);
            if (peer is not null) Near(RunPeer(Path.Combine(folder, "simple.onnx")), _expected);
        });
        Try("profile", () =>
        {
            var profile = Profile.Of(model);
            if (profile.MemoryFault is { } fault) throw new ModelException($"memory: {fault}");
            if (LayerSelector.Select(model, []).Length > 0 && profile.Macs == 0) throw new ModelException("It has layers and no multiplications.");
        });
        Try("compress", () => Compress(model));
        Try("width", () => Narrow(model));
        Try("train", () => Train(model));
    }

    private void Compress(Model model)
    {
        if (LayerSelector.Select(model, []).IsEmpty)
        {
            Notes.Add("no layers to compress");
            return;
        }
        Model pruned = Apply(new MagnitudePruning(), model, new PruningSettings { Sparsity = 0.5 });
        Model small = Apply(new KMeansClustering(), pruned, new KMeansSettings { Bits = 5 });
        Tensor[] direct = Run(small);
        Near(Run(Saved(small, "small.pare")), direct);
        Near(Run(Saved(small, "small.onnx")), direct);
    }

    private void Narrow(Model model)
    {
        model = Simplify.Shapes(model);
        var analysis = ChannelAnalysis.Of(model);
        foreach (ChannelBarrier barrier in analysis.Barriers) Notes.Add($"barrier {barrier.Node.Operator.Name}: {barrier.Reason}");
        if (!analysis.Sources.Any(s => s.CanShrink))
        {
            Notes.Add("no channels can be cut");
            return;
        }
        Model half = Apply(new UniformWidth(), model, new UniformWidthSettings { Width = 0.5 });
        Tensor[] made = Run(half);
        Near(made, ScalarRun.Run(half, file.Inputs), "from the scalar run");
        if (peer is null) return;
        Saved(half, "half.onnx");
        Near(made, RunPeer(Path.Combine(folder, "half.onnx")), "from ONNX Runtime");
    }

    private void Train(Model model)
    {
        if (model.Inputs is not [(var input, { DType: DType.F32 } type)] || file.Outputs[0].Value is not { DType: DType.F32, Dims.Length: 2 } logits)
        {
            Notes.Add("no classifier of one float input");
            return;
        }
        int batch = logits.Dims[0];
        var graph = TrainingGraph.Build(Simplify.ForTraining(model), new TrainingGraphOptions { Batch = batch });
        var session = new Session(ExecutionPlan.Build(graph.Model));
        foreach ((string name, _) in graph.Model.Inputs)
        {
            if (name == input) file.Inputs[input].Bytes.CopyTo(session.Input(name).Bytes);
            else if (model.Weights.TryGetValue(name, out WeightEncoding? weight)) weight.Decode(0, session.Input(name).Floats);
        }
        session.Run();
        if (!float.IsFinite(session.Output(graph.Loss).Floats[0])) throw new ModelException("The loss is not finite.");
        int open = graph.Gradients.Count(g => session.Output(g.Value).Floats.ToArray().Any(v => !float.IsFinite(v)));
        if (open > 0) throw new ModelException($"{open} gradients are not finite.");
    }

    private static Model Apply(CompressionMethod method, Model model, MethodSettings settings) =>
        method.Apply(model, new Layers(LayerSelector.Select(model, []), settings), settings, new CompressionContext(), CancellationToken.None);

    private Model Saved(Model model, string name)
    {
        string path = Path.Combine(folder, name);
        File.Delete(path);
        ModelFile.Save(model, path);
        return ModelFile.Load(path);
    }

    private Tensor[] Run(Model model)
    {
        var bindings = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string name, TensorType type) in model.Inputs)
            foreach ((Dim dim, int length) in type.Shape.Zip(file.Inputs[name].Dims))
                if (!dim.IsKnown) bindings[dim.ToString()] = length;
        var session = new Session(ExecutionPlan.Build(model, bindings: bindings));
        foreach ((string name, _) in model.Inputs) file.Inputs[name].Bytes.CopyTo(session.Input(name).Bytes);
        session.Run();
        return [.. model.Outputs.Select(o => session.Output(o).Clone())];
    }

    private Tensor[] RunPeer(string path) => peer!.Run(path, file.Inputs, [.. file.Outputs.Select(o => (o.Name, o.Value.Type))]);

    private static double Near(IReadOnlyList<Tensor> found, IReadOnlyList<Tensor> expected, string from = "from what is expected")
    {
        double difference = Differences.Of(found, expected);
        return difference <= Allowed ? difference : throw new InvalidDataException($"They differ by {difference:E1} {from}.");
    }

    private void Try(string work, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            string kind = e is PareException or InvalidDataException or InvalidOperationException ? "" : $"{e.GetType().Name}: ";
            string at = e is PareException or InvalidDataException ? "" : string.Join("", (e.StackTrace ?? "").Split('\n').Take(3).Select(l => " <" + l.Trim()));
            Faults.Add((work, kind + e.Message.ReplaceLineEndings(" ") + at));
        }
    }
}
