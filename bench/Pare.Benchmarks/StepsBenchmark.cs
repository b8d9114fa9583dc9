using System.Diagnostics;
using System.Globalization;
using Pare.Compression.Settings;
using Pare.Compression.Training;
using Pare.Compression.Zoo;
using Pare.Kernels;
using Pare.Runtime;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>Where the time of a network goes, operator by operator: each step of the plan is run by itself.</summary>
internal static class StepsBenchmark
{
    private const int Rounds = 7;

    /// <summary>Prints operators, their kernels and their share of the time, the largest first, down to one percent; all that run by their scalar definition.</summary>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="training">A training step rather than an inference.</param>
    /// <param name="networks">Architectures, each with settings after it: "mobilenet-v1,width=0.5"; all where there are none.</param>
    public static void Run(int threads, int batch, bool training, IReadOnlyList<string> networks)
    {
        foreach (string network in networks.Count > 0 ? networks : [.. ArchitectureCatalog.Default.Select(a => a.Name)])
        {
            Model model = Make(network.Split(','));
            var options = new PlanOptions { Threads = threads };
            ExecutionPlan plan = training
                ? ExecutionPlan.Build(TrainingGraph.Build(model, new TrainingGraphOptions { Batch = batch, Loss = LossOf(model) }).Model, options)
                : ExecutionPlan.Build(model, options, new Dictionary<string, long>(StringComparer.Ordinal) { ["N"] = batch });
            Print(network, plan, threads);
        }
    }

    private static Model Make(string[] words)
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(words[0]);
        return architecture.Build(SettingsBinder.Bind(
            architecture.Defaults, words.Skip(1).Select(w => w.Split('=')).Select(p => KeyValuePair.Create(p[0], p[1])), words[0]));
    }

    private static Loss LossOf(Model model) => Reconstruction.IsGoalOf(model) ? new Reconstruction(model.Inputs[0].Name) : new CrossEntropy();

    private static void Print(string network, ExecutionPlan plan, int threads)
    {
        var seconds = new Dictionary<(string Operator, string Kernel), (double Seconds, int Count)>();
        foreach (PlanStep step in plan.Steps.Where(s => !IsAlias(s)))
        {
            double best = Time(step, threads);
            if (Environment.GetEnvironmentVariable("PARE_EACH") is not null)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {best * 1e6,9:F1} us {Macs(plan, step) / best * 1e-9,7:F1} GMAC/s  {step.Kernel,-24} {step.Node.Name,-30} {string.Join(' ', step.Inputs.Select(i => i.Type?.Shape))} -> {step.Outputs[0].Type?.Shape}"));
            (string, string) key = (step.Node.Operator.Name, step.Kernel);
            (double sum, int count) = seconds.GetValueOrDefault(key);
            seconds[key] = (sum + best, count + 1);
        }
        double all = seconds.Values.Sum(v => v.Seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network}: {all * 1e3:F2} ms"));
        foreach (((string op, string kernel), (double time, int count)) in seconds.OrderByDescending(s => s.Value.Seconds))
            if (time > 0.01 * all || kernel == "evaluate")
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {time / all,6:P1} {time * 1e3,9:F3} ms  {op} x {count}  {kernel}"));
    }

    private static double Macs(ExecutionPlan plan, PlanStep step) => step.Node.Operator.Cost(TypeInference.Of(plan.Lowered).ScopeOf(step.Node)).Macs;

    private static double Time(PlanStep step, int threads)
    {
        Tensor?[] inputs = [.. step.Inputs.Select(p => p.Constant ?? (p.Type is null ? null : Filled(p.Type)))];
        Tensor[] outputs = [.. step.Outputs.Select(p => new Tensor(p.Type?.DType ?? DType.F32, p.Type?.Shape ?? Shape.Of(0)))];
        var scratch = new byte[checked((int)step.Offer.ScratchBytes) + 64];
        WorkerPool pool = WorkerPool.Shared(threads);
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            step.Prepared.Run(new KernelArguments(inputs, outputs, scratch.AsSpan(0, scratch.Length - 64), pool));
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    // Numbers of the size that activations have; integers stay 0: labels, positions.
    private static Tensor Filled(Pare.TensorType type)
    {
        var tensor = new Tensor(type.DType, type.Shape);
        var rng = new Rng(1);
        if (type.DType == DType.F32)
            foreach (ref float value in tensor.Floats) value = rng.NextSingle();
        return tensor;
    }

    // A view whose input and output share memory costs nothing.
    private static bool IsAlias(PlanStep step) =>
        step.Node.Operator.IsView && step.Inputs[0].Constant is null && step.Inputs[0].Type is not null && step.Inputs[0].Offset == step.Outputs[0].Offset;
}
