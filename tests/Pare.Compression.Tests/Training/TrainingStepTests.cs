using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Compression.Training;
using Pare.Compression.Training.Optimizers;
using Pare.Encodings;
using Pare.Runtime;

namespace Pare.Compression.Tests.Training;

public class TrainingStepTests
{
    [Fact]
    public void Run_AfterWarmUp_AllocatesNoMoreThanTheSessionsOwnRun()
    {
        Model model = TestNets.Residual(dropout: 0.2);
        model = model.WithWeights([new("conv2.weight", Sparse.Of((Dense)model.Weights["conv2.weight"], [.. Enumerable.Range(0, 216).Select(i => i % 2 == 0)]))]);
        TrainingSettings settings = TestNets.Quick with { ClipNorm = 1, WeightDecay = 1e-3 };
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = 4 });
        var session = new Session(ExecutionPlan.Build(graph.Model, new PlanOptions { Threads = 1 }));
        TrainableWeights weights = TrainableWeights.Bind(model, graph.Gradients.Keys);
        weights.Attach(session.Input, name => session.Output(graph.Gradients[name]));
        foreach (RunningStatistic statistic in graph.Statistics) model.Weights[statistic.Weight].Decode(0, session.Input(statistic.Weight).Floats);
        Optimizer optimizer = OptimizerCatalog.Default.Get("adam").Make(settings);
        ImmutableArray<TrainableLeaf> leaves = [.. weights.Leaves];
        var state = new TrainingState(leaves, optimizer.Slots, graph.Statistics, [.. graph.Statistics.Select(s => session.Input(s.Weight))]);
        var step = new TrainingStep(settings, graph, weights, leaves, session, optimizer, state);
        using var loader = new BatchLoader(TestNets.Pictures(4), new Preprocessing { Scale = 1 }, new BatchOptions { BatchSize = 4 });
        loader.TryNext(out Batch? batch).ShouldBeTrue();
        Allocated(() => step.Run(batch, 0.01), 40);
        long own = Allocated(() => session.Run(), 10), all = Allocated(() => step.Run(batch, 0.01), 10);
        all.ShouldBe(own);
    }

    private static long Allocated(Action action, int times)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++) action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
