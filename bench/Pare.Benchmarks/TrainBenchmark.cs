using Pare.Compression.Training;
using Pare.Compression.Zoo;
using Pare.Kernels;
using Pare.Lowering;
using Pare.Runtime;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>One pass forward and backward of a network at batch 128: images per second, and the time of each node.</summary>
internal static class TrainBenchmark
{
    private const int Batch = 128;
    private const int Rounds = 15;

    public static void Run(CpuFeatures cpu, int threads, string network)
    {
        Model model = ArchitectureCatalog.Default.Get(network).Build();
        TrainingGraph graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = Batch });
        ExecutionPlan plan = ExecutionPlan.Build(graph.Model, new PlanOptions { Cpu = cpu, Threads = threads });
        Session session = new(plan);
        Rng rng = new(1);
        foreach ((string name, TensorType type) in graph.Model.Inputs)
        {
            if (type.DType != DType.F32)
                continue;
            foreach (ref float value in session.Input(name).Floats)
                value = rng.NextSingle() * 0.1f;
        }
        Timing whole = Stopwatching.Time(Rounds, threads == 1, session.Run)[0];
        Console.WriteLine(
            $"{network}, {cpu.Describe()}, {threads} thread(s): {Batch / whole.Median:F0} images/s "
            + $"(best {Batch / whole.Best:F0}), {whole.Best * 1e3:F2} ms a step");
        WorkerPool pool = WorkerPool.Shared(threads);
        var steps = plan.Steps.Select(step => (Step: step, Seconds: TimeOf(step, pool, threads))).OrderByDescending(s => s.Seconds).ToArray();
        double sum = steps.Sum(s => s.Seconds);
        foreach ((PlanStep step, double seconds) in steps.Take(int.Parse(Environment.GetEnvironmentVariable("TOP") ?? "30")))
            Console.WriteLine($"{seconds * 1e6,9:F0} us {seconds / sum,6:P1}  {step.Kernel,-34} {step.Node.Name}");
        Console.WriteLine($"{sum * 1e6,9:F0} us in all nodes one by one");
    }

    private static double TimeOf(PlanStep step, WorkerPool pool, int threads)
    {
        Tensor?[] inputs = [.. step.Inputs.Select(Allocate)];
        Tensor[] outputs = [.. step.Outputs.Select(p => Allocate(p) ?? new Tensor(DType.F32, Shape.Of(0)))];
        byte[] scratch = GC.AllocateArray<byte>((int)step.Offer.ScratchBytes + 64, pinned: true);
        return Stopwatching.Time(Rounds, threads == 1, () => step.Prepared.Run(new KernelArguments(inputs, outputs, scratch, pool)))[0].Best;
    }

    private static Tensor? Allocate(Place place)
    {
        if (place.Constant is not null || place.Type is null)
            return place.Constant;
        byte[] bytes = GC.AllocateArray<byte>((int)place.Type.Shape.Elements * place.Type.DType.Size() + 64, pinned: true);
        Tensor tensor = new(place.Type.DType, place.Type.Shape, bytes, 0);
        if (tensor.DType == DType.F32)
            tensor.Floats.Fill(0.01f);
        return tensor;
    }
}
