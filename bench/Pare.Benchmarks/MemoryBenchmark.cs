using System.Diagnostics;
using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Encodings;
using Pare.Jit;
using Pare.Operators;
using Pare.Peers.Speed;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Memory and time of compressed networks against the same network with plain weights: packed weights and arena, by plan, and the medians of runs that take turns.</summary>
internal static class MemoryBenchmark
{
    private const double MiB = 1 << 20;

    private static readonly (string Name, Func<Model, Model> Change, PlanWeights Weights)[] Ways =
    [
        ("fp32", m => m, PlanWeights.Balanced),
        ("8 bits, balanced", m => Encode(m, w => Affine(w, 8)), PlanWeights.Balanced),
        ("4 bits, balanced", m => Encode(m, w => Affine(w, 4)), PlanWeights.Balanced),
        ("4 bits, compressed", m => Encode(m, w => Affine(w, 4)), PlanWeights.Compressed),
        ("4 bits, fastest", m => Encode(m, w => Affine(w, 4)), PlanWeights.Fastest),
        ("codebook 16, balanced", m => Encode(m, Book), PlanWeights.Balanced),
        ("90 % zeros, balanced", m => SparseMasks.Of(m, 0.1, pointwiseOnly: false), PlanWeights.Balanced),
        ("int8", m => QuantizedNoise.Of(m, Environment.ProcessorCount), PlanWeights.Balanced),
        ("4 bits, int8 activations", m => QuantizedNoise.Of(m, Environment.ProcessorCount, weightBits: 4), PlanWeights.Balanced),
    ];

    /// <summary>Measures.</summary>
    /// <param name="network">An architecture.</param>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="rounds">Runs of each; 0: memory alone.</param>
    public static void Run(string network, int threads, int rounds)
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(network);
        Model model = architecture.Build(SettingsBinder.Bind(architecture.Defaults, [], network), seed: 1);
        var sessions = new List<Session>();
        double dense = 0;
        Console.WriteLine($"{network}, {threads} thread(s): MiB of packed weights, of the arena, share of fp32; what Measure says; what the process grew by");
        foreach ((string name, Func<Model, Model> change, PlanWeights weights) in Ways)
        {
            Model encoded = change(model);
            PlanOptions options = new PlanOptions { Threads = threads, Weights = weights }.WithMachineCode();
            long before = Resident();
            ExecutionPlan plan = ExecutionPlan.Build(encoded, options);
            var session = new Session(plan);
            foreach (ref float value in session.Input(plan.Lowered.Inputs[0].Name).Floats) value = 0.5f;
            session.Run();
            long grown = Resident() - before;
            double bytes = plan.PackedBytes + plan.ArenaBytes;
            if (dense == 0) dense = bytes;
            Console.WriteLine(
                $"  {name,-24} {plan.PackedBytes / MiB,8:F1} {plan.ArenaBytes / MiB,7:F1} {bytes / dense,6:F3}   {ExecutionPlan.Measure(encoded, options).TotalBytes / MiB,8:F1}   {grown / MiB,8:F1}   "
                + string.Join(", ", plan.Steps.GroupBy(s => s.Kernel).Where(g => g.Key.Contains("conv") || g.Key.Contains("gemm")).Select(g => $"{g.Count()} {g.Key}")));
            if (rounds > 0) sessions.Add(session);
        }
        if (rounds == 0) return;
        Timing[] timings = Stopwatching.Time(rounds, threads == 1, [.. sessions.Select(s => (Action)s.Run)]);
        for (int i = 0; i < timings.Length; i++)
            Console.WriteLine($"  {Ways[i].Name,-24} {timings[i].Median * 1e3,8:F2} ms {timings[0].Median / timings[i].Median,6:F2}x as fast as fp32");
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static Model Encode(Model model, Func<Dense, WeightEncoding> encode)
    {
        var changed = new Dictionary<string, WeightEncoding>(StringComparer.Ordinal);
        foreach (Node node in model.Nodes.Where(n => n.Operator is Conv { Groups: 1 } or Gemm { TransB: true }))
            changed[node.Inputs[1]] = encode(new Dense(model.Weights[node.Inputs[1]].Shape, model.Weights[node.Inputs[1]].ToArray()));
        return model.WithWeights(changed);
    }

    // Per output channel, symmetric; how well it fits is not measured here.
    private static Scaled Affine(Dense weight, int bits)
    {
        int outputs = weight.Shape.Fixed[0], inner = weight.Length / outputs, most = (1 << (bits - 1)) - 1;
        var scales = new float[outputs];
        var codes = new ushort[weight.Length];
        for (int o = 0; o < outputs; o++)
        {
            ReadOnlySpan<float> row = weight.Values.Slice(o * inner, inner);
            foreach (float value in row) scales[o] = Math.Max(scales[o], Math.Abs(value) / most);
            for (int i = 0; i < inner; i++) codes[o * inner + i] = (ushort)((int)MathF.Round(scales[o] == 0 ? 0 : row[i] / scales[o]) & ((1 << bits) - 1));
        }
        return new Scaled(0, new Dense(Shape.Of(outputs), scales), new Integer(weight.Shape, Codes.Pack(bits, codes), 0, isSigned: true));
    }

    private static Codebook Book(Dense weight)
    {
        float most = weight.Values.ToArray().Max(MathF.Abs);
        var codes = new ushort[weight.Length];
        for (int i = 0; i < codes.Length; i++) codes[i] = (ushort)Math.Clamp((int)MathF.Floor((weight.Values[i] / most + 1) * 8), 0, 15);
        return Codebook.Of(weight.Shape, codes, [.. Enumerable.Range(0, 16).Select(i => most * (i - 7.5f) / 8)]);
    }
}
