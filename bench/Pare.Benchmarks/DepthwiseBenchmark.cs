using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last.Depthwise;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>Depthwise layers with channels last, beside the peak of the machine and the kernel for channels first, in one run.</summary>
internal static unsafe class DepthwiseBenchmark
{
    public static void Run(CpuFeatures cpu, int threads, string name)
    {
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); medians: us, GFLOP/s, share of {threads} thread(s)' peak; channels first: us");
        (string Network, int Channels, int Height, int Width, int Kernel, int Stride)[] layers =
        [
            ("mobilenet-v1", 32, 112, 112, 3, 1), ("mobilenet-v1", 64, 112, 112, 3, 2), ("mobilenet-v1", 128, 56, 56, 3, 1), ("mobilenet-v1", 128, 56, 56, 3, 2),
            ("mobilenet-v1", 256, 28, 28, 3, 1), ("mobilenet-v1", 256, 28, 28, 3, 2), ("mobilenet-v1", 512, 14, 14, 3, 1), ("mobilenet-v1", 512, 14, 14, 3, 2),
            ("mobilenet-v1", 1024, 7, 7, 3, 1), ("ds-cnn", 64, 25, 5, 3, 1),
            ("shufflenet-v1", 60, 56, 56, 3, 2), ("shufflenet-v1", 60, 28, 28, 3, 1), ("shufflenet-v1", 120, 28, 28, 3, 2), ("shufflenet-v1", 120, 14, 14, 3, 1),
            ("shufflenet-v1", 240, 14, 14, 3, 2), ("shufflenet-v1", 240, 7, 7, 3, 1), ("5x5", 128, 28, 28, 5, 1),
        ];
        foreach ((string network, int channels, int height, int width, int kernel, int stride) in layers)
        {
            string title = $"{network} {kernel}x{kernel}/{stride} {channels} {height}x{width}";
            if (title.Contains(name))
                Measure(title, Shape(channels, height, width, kernel, stride), cpu, threads);
        }
    }

    private static ConvShape Shape(int channels, int height, int width, int kernel, int stride) => new()
    {
        Batch = 1,
        Channels = channels,
        Height = height,
        Width = width,
        OutChannels = channels,
        KernelHeight = kernel,
        KernelWidth = kernel,
        PadTop = kernel / 2,
        PadLeft = kernel / 2,
        PadBottom = kernel / 2,
        PadRight = kernel / 2,
        StrideY = stride,
        StrideX = stride,
        Groups = channels,
    };

    private static void Measure(string name, ConvShape shape, CpuFeatures cpu, int threads)
    {
        WorkerPool pool = WorkerPool.Shared(threads);
        DepthwiseConv conv = DepthwiseConv.Forward(shape, cpu);
        ConvForward first = new(shape, cpu);
        using NativeBuffer x = new(shape.InputFloats), w = new(shape.WeightFloats), y = new(shape.OutputFloats), bias = new(shape.OutChannels);
        using NativeBuffer packed = new(conv.PackedFloats);
        using NativeBuffer scratch = NativeBuffer.OfBytes(Math.Max(conv.ScratchBytes(threads), first.ScratchBytes(threads, packed: false)));
        conv.Pack(w.Floats, bias.Floats, packed.Floats);
        DepthwiseOperands operands = new() { Source = x.Floats, Destination = y.Floats, Weights = packed.Floats, Low = 0, High = float.PositiveInfinity };
        ImplicitOperands planes = new() { Source = x.Floats, Destination = y.Floats, PackedWeights = w.Floats, Bias = bias.Floats, Clip = true, High = float.PositiveInfinity };
        double work = 2.0 * shape.MultiplyAdds;
        int repeats = (int)Math.Max(1, 5e7 / work);
        Timing[] timings = Stopwatching.Time(
            31,
            threads == 1,
            GemmBenchmark.Peak(cpu, out double peakWork),
            Repeat(repeats, () => conv.Run(operands, pool, scratch.Bytes)),
            Repeat(repeats, () => first.Run(planes, null, pool, scratch.Bytes)));
        double peak = peakWork / timings[0].Median * threads, rate = work * repeats / timings[1].Median;
        double best = peakWork / timings[0].Best * threads, bestRate = work * repeats / timings[1].Best;
        Console.WriteLine(
            $"{name,-36} {timings[1].Median / repeats * 1e6,7:F1} us {rate / 1e9,6:F1} GFLOP/s {rate / peak,5:P0}  best {bestRate / 1e9,6:F1} {bestRate / best,5:P0}   first {timings[2].Median / repeats * 1e6,7:F1} us");
    }

    private static Action Repeat(int times, Action action) => () =>
    {
        for (int i = 0; i < times; i++)
            action();
    };
}
