using Pare.Kernels;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>3 x 3 convolutions of known networks: directly and by Winograd's forms, interleaved, and which of them a plan chooses.</summary>
internal static class WinogradBenchmark
{
    private const long ColdBytes = 8_000_000;

    private static readonly string[] Ways = ["conv.last.f32", "conv-winograd-2.last.f32", "conv-winograd-4.last.f32"];

    public static void Run(CpuFeatures cpu, int threads, string part, int[] batches)
    {
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); us of direct, F(2x2), F(4x4); in brackets what the cost model predicts; the choice and its time over the best");
        foreach (int batch in batches)
        {
            foreach ((string network, int size, int channels, int outputs) in Layers)
            {
                string name = $"{network} {channels}->{outputs} {size}x{size}, batch {batch}";
                if (name.Contains(part, StringComparison.Ordinal)) One(name, batch, size, channels, outputs, cpu, threads);
            }
        }
    }

    private static IEnumerable<(string Network, int Size, int Channels, int Outputs)> Layers =>
    [
        ("ResNet-18", 56, 64, 64), ("ResNet-18", 28, 128, 128), ("ResNet-18", 14, 256, 256), ("ResNet-18", 7, 512, 512),
        ("VGG-16", 224, 64, 64), ("VGG-16", 112, 64, 128), ("VGG-16", 112, 128, 128), ("VGG-16", 56, 128, 256), ("VGG-16", 56, 256, 256),
        ("VGG-16", 28, 256, 512), ("VGG-16", 28, 512, 512), ("VGG-16", 14, 512, 512),
        ("GoogLeNet", 56, 64, 192), ("GoogLeNet", 28, 96, 128), ("GoogLeNet", 28, 16, 32), ("GoogLeNet", 28, 128, 192), ("GoogLeNet", 14, 96, 208), ("GoogLeNet", 14, 144, 288),
        ("GoogLeNet", 14, 160, 320), ("GoogLeNet", 7, 192, 384),
        ("ResNet-20", 32, 16, 16), ("ResNet-20", 16, 32, 32), ("ResNet-20", 8, 64, 64),
        ("SqueezeNet", 55, 16, 64), ("SqueezeNet", 27, 32, 128), ("SqueezeNet", 13, 48, 192), ("SqueezeNet", 13, 64, 256),
        ("few channels", 224, 3, 64), ("few channels", 32, 3, 16), ("few channels", 32, 8, 8), ("few pixels", 4, 512, 512), ("few pixels", 2, 512, 512), ("few pixels", 4, 64, 64),
    ];

    private static void One(string name, int batch, int size, int channels, int outputs, CpuFeatures cpu, int threads)
    {
        var random = new Rng(1);
        Tensor x = Numbers(batch, size, size, channels), w = Numbers(outputs, channels, 3, 3), b = Numbers(outputs), y = Numbers(batch, size, size, outputs);
        Operator conv = new ChannelsLast(new Fused(new Conv { Window = Window.Square(3, pad: 1) }, 3, Residual: false, 0, float.PositiveInfinity));
        KernelQuery query = Query();
        Kernel[] kernels = [.. Ways.Select(way => KernelCatalog.Default.Single(k => k.Name == way))];
        KernelOffer[] offers = [.. kernels.Select(k => k.Offers(query).Single())];
        // As many copies as the second cache does not hold: within a network, weights come from further away too.
        PreparedKernel[][] prepared = [.. kernels.Select((k, i) =>
            Enumerable.Range(0, (int)Math.Clamp(ColdBytes / k.PackedBytes(query, offers[i]), 1, 100)).Select(_ => k.Prepare(Query(), offers[i])).ToArray())];
        byte[] scratch = GC.AllocateUninitializedArray<byte>((int)offers.Max(o => o.ScratchBytes) + 64, pinned: true);
        WorkerPool pool = WorkerPool.Shared(threads);
        int repeats = (int)Math.Clamp(1e8 / ((double)batch * size * size * channels * outputs * 9), 1, 200);
        Timing[] timings = Stopwatching.Time(batch == 1 ? 11 : 3, threads == 1, [.. prepared.Select(copies => (Action)(() =>
        {
            for (int r = 0; r < repeats; r++) copies[r % copies.Length].Run(new KernelArguments([x, null, null], [y], scratch, pool));
        }))]);
        double[] microseconds = [.. timings.Select(t => t.Best / repeats * 1e6)];
        int choice = Enumerable.Range(0, offers.Length).MinBy(i => offers[i].PredictedSeconds);
        string times = string.Join("  ", microseconds.Select((t, i) => $"{t,8:F0} [{offers[i].PredictedSeconds * 1e6,8:F0}]"));
        Console.WriteLine($"{name,-38} {times}   {(choice == 0 ? "direct" : $"F({2 * choice}x{2 * choice})"),-7} {microseconds[choice] / microseconds.Min():F2}");

        // With weights of its own: plans share what they pack.
        KernelQuery Query() => new(
            new Node("node", conv, ["x", "w", "b"], ["y"]), [x.Type, w.Type, b.Type], [y.Type],
            [null, new Dense(w.Shape, w.Floats.ToArray()), new Dense(b.Shape, b.Floats.ToArray())], [null, null, null], cpu, threads);

        Tensor Numbers(params ReadOnlySpan<int> dims)
        {
            var shape = Shape.Of(dims);
            var tensor = new Tensor(DType.F32, shape, GC.AllocateUninitializedArray<byte>((int)shape.Elements * sizeof(float), pinned: true), 0);
            foreach (ref float value in tensor.Floats) value = random.NextSingle() - 0.5f;
            return tensor;
        }
    }
}
