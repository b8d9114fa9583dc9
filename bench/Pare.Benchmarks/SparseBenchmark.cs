using System.Globalization;
using Pare.Encodings;
using Pare.Kernels;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>Convolutions with sparse weights, random positions: the kernel that uses them against the dense ones, interleaved, and which of them a plan chooses.</summary>
internal static class SparseBenchmark
{
    private const long ColdBytes = 8_000_000;

    private static readonly string[] Ways = ["conv-sparse.last.f32", "conv.last.f32", "conv-winograd-2.last.f32", "conv-winograd-4.last.f32", "gemm-sparse.f32", "gemm.f32"];

    private static IEnumerable<(string Network, int Size, int Channels, int Outputs, int Kernel, int Stride)> Layers =>
    [
        ("ResNet-18", 224, 3, 64, 7, 2), ("ResNet-18", 56, 64, 64, 3, 1), ("ResNet-18", 56, 64, 128, 3, 2), ("ResNet-18", 56, 64, 128, 1, 2), ("ResNet-18", 28, 128, 128, 3, 1),
        ("ResNet-18", 28, 128, 256, 3, 2), ("ResNet-18", 14, 256, 256, 3, 1), ("ResNet-18", 14, 256, 512, 3, 2), ("ResNet-18", 7, 512, 512, 3, 1),
        ("MobileNetV1", 224, 3, 32, 3, 2), ("MobileNetV1", 112, 32, 64, 1, 1), ("MobileNetV1", 56, 64, 128, 1, 1), ("MobileNetV1", 56, 128, 128, 1, 1), ("MobileNetV1", 28, 128, 256, 1, 1),
        ("MobileNetV1", 28, 256, 256, 1, 1), ("MobileNetV1", 14, 256, 512, 1, 1), ("MobileNetV1", 14, 512, 512, 1, 1), ("MobileNetV1", 7, 512, 1024, 1, 1), ("MobileNetV1", 7, 1024, 1024, 1, 1),
        ("VGG-16", 224, 64, 64, 3, 1), ("VGG-16", 56, 256, 256, 3, 1), ("VGG-16", 28, 512, 512, 3, 1), ("VGG-16", 14, 512, 512, 3, 1),
        ("product", 1, 4096, 4096, 0, 1), ("product", 4, 4096, 4096, 0, 1), ("product", 16, 4096, 4096, 0, 1), ("product", 128, 1024, 1024, 0, 1),
        ("product", 1, 512, 1000, 0, 1), ("product", 1, 1024, 1000, 0, 1), ("product", 1, 25088, 4096, 0, 1), ("product", 1, 784, 300, 0, 1), ("product", 1, 300, 100, 0, 1),
        ("ResNet-20", 32, 16, 16, 3, 1), ("ResNet-20", 16, 32, 32, 3, 1), ("ResNet-20", 8, 64, 64, 3, 1),
    ];

    /// <summary>Prints microseconds and ratios.</summary>
    /// <param name="cpu">The level.</param>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="part">Only layers whose name holds it.</param>
    /// <param name="patterns">Shares of weights that are not 0, at random; or "2:4": two of each four inputs; or "1x4:SHARE": blocks of four outputs.</param>
    public static void Run(CpuFeatures cpu, int threads, string part, string[] patterns)
    {
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); us of sparse, direct, F(2x2), F(4x4); in brackets what the cost model predicts; sparse over the best dense, measured and predicted");
        foreach (string pattern in patterns)
        {
            double measured = 0, dense = 0;
            foreach ((string network, int size, int channels, int outputs, int kernel, int stride) in Layers)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"{network} {pattern} of {channels}->{outputs} {kernel}x{kernel}/{stride} {size}x{size}");
                if (!name.Contains(part, StringComparison.Ordinal)) continue;
                (double s, double d) = One(name, size, channels, outputs, kernel, stride, pattern, cpu, threads);
                (measured, dense) = (measured + s, dense + d);
            }
            Console.WriteLine($"sum {measured,8:F0} us, dense {dense,8:F0} us, ratio {dense / measured:F2}");
        }
    }

    private static bool[] Mask(string pattern, Shape shape, Rng random)
    {
        int outputs = shape.Fixed[0], inputs = shape.Fixed[1], length = (int)shape.Elements / outputs, taps = length / inputs;
        var mask = new bool[shape.Elements];
        if (pattern == "2:4")
        {
            for (int o = 0; o < outputs; o++)
                for (int t = 0; t < taps; t++)
                    for (int c = 0; c < inputs; c += 4)
                        for (int kept = 0; kept < Math.Min(2, inputs - c); kept += 1)
                        {
                            int place;
                            do place = o * length + (c + random.NextInt32(Math.Min(4, inputs - c))) * taps + t; while (mask[place]);
                            mask[place] = true;
                        }
            return mask;
        }
        bool blocks = pattern.StartsWith("1x4:", StringComparison.Ordinal);
        double density = double.Parse(blocks ? pattern[4..] : pattern, CultureInfo.InvariantCulture);
        for (int i = 0; i < mask.Length; i++) mask[i] = blocks && i / length % 4 > 0 ? mask[i - length] : random.NextSingle() < density;
        return mask;
    }

    private static (double Sparse, double Dense) One(string name, int size, int channels, int outputs, int kernel, int stride, string pattern, CpuFeatures cpu, int threads)
    {
        var random = new Rng(1);
        bool isProduct = kernel == 0;
        int after = isProduct ? size : (size + 2 * (kernel / 2) - kernel) / stride + 1;
        Tensor x = isProduct ? Numbers(size, channels) : Numbers(1, size, size, channels), y = isProduct ? Numbers(size, outputs) : Numbers(1, after, after, outputs);
        Tensor w = isProduct ? Numbers(outputs, channels) : Numbers(outputs, channels, kernel, kernel), b = Numbers(outputs);
        bool[] mask = Mask(pattern, w.Shape, new Rng(2));
        Operator conv = isProduct ? new Gemm { TransB = true } : new ChannelsLast(new Fused(new Conv { Window = Window.Square(kernel, stride, kernel / 2) }, 3, Residual: false, 0, float.PositiveInfinity));
        KernelQuery query = Query();
        Kernel[] kernels = [.. Ways.Select(way => KernelCatalog.Default.Single(k => k.Name == way)).Where(k => k.Offers(query).Any())];
        KernelOffer[] offers = [.. kernels.Select(k => k.Offers(query).Single())];
        // As many copies as the second cache does not hold: within a network, weights come from further away too.
        PreparedKernel[][] prepared = [.. kernels.Select((k, i) =>
            Enumerable.Range(0, (int)Math.Clamp(ColdBytes / k.PackedBytes(query, offers[i]), 1, 20)).Select(_ => k.Prepare(Query(), offers[i])).ToArray())];
        byte[] scratch = GC.AllocateUninitializedArray<byte>((int)offers.Max(o => o.ScratchBytes) + 64, pinned: true);
        WorkerPool pool = WorkerPool.Shared(threads);
        int repeats = (int)Math.Clamp(5e7 / ((double)after * (isProduct ? channels : after * channels * kernel * kernel) * outputs), 1, 200);
        Timing[] timings = Stopwatching.Time(9, threads == 1, [.. prepared.Select(copies => (Action)(() =>
        {
            for (int r = 0; r < repeats; r++) copies[r % copies.Length].Run(new KernelArguments([x, null, null], [y], scratch, pool));
        }))]);
        double[] microseconds = [.. timings.Select(t => t.Median / repeats * 1e6)];
        string times = string.Join("  ", microseconds.Select((t, i) => $"{t,8:F1} [{offers[i].PredictedSeconds * 1e6,8:F1}]"));
        double best = microseconds[1..].Min(), predicted = offers[1..].Min(o => o.PredictedSeconds);
        Console.WriteLine($"{name,-46} {best / microseconds[0],5:F2}x [{predicted / offers[0].PredictedSeconds,5:F2}x] {times}");
        return (microseconds[0], best);

        // With weights of its own: plans share what they pack.
        KernelQuery Query() => new(
            new Node("node", conv, ["x", "w", "b"], ["y"]), [x.Type, w.Type, b.Type], [y.Type],
            [null, Sparse.Of(new Dense(w.Shape, w.Floats.ToArray()), mask), new Dense(b.Shape, b.Floats.ToArray())], [null, null, null], cpu, threads);

        Tensor Numbers(params ReadOnlySpan<int> dims)
        {
            var shape = Shape.Of(dims);
            var tensor = new Tensor(DType.F32, shape, GC.AllocateUninitializedArray<byte>((int)shape.Elements * sizeof(float), pinned: true), 0);
            foreach (ref float value in tensor.Floats) value = random.NextSingle() - 0.5f;
            return tensor;
        }
    }
}
