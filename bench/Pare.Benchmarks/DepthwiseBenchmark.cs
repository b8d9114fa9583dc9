using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last.Depthwise;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>Depthwise layers with channels last, beside the peak of the machine and the kernel for channels first, in one run.</summary>
internal static unsafe class DepthwiseBenchmark
{
    public static void Run(CpuFeatures cpu, int threads, string name)
    {
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); medians: us, GFLOP/s, share of {threads} thread(s)' peak; in brackets us of channels first");
        (string Network, int Batch, int Channels, int Height, int Width, int Kernel, int Stride)[] layers =
        [
            ("mobilenet-v1", 1, 32, 112, 112, 3, 1), ("mobilenet-v1", 1, 64, 112, 112, 3, 2), ("mobilenet-v1", 1, 128, 56, 56, 3, 1),
            ("mobilenet-v1", 1, 128, 56, 56, 3, 2), ("mobilenet-v1", 1, 256, 28, 28, 3, 1), ("mobilenet-v1", 1, 256, 28, 28, 3, 2),
            ("mobilenet-v1", 1, 512, 14, 14, 3, 1), ("mobilenet-v1", 1, 512, 14, 14, 3, 2), ("mobilenet-v1", 1, 1024, 7, 7, 3, 1),
            ("ds-cnn", 1, 64, 25, 5, 3, 1),
            ("shufflenet-v1", 1, 60, 56, 56, 3, 2), ("shufflenet-v1", 1, 60, 28, 28, 3, 1), ("shufflenet-v1", 1, 120, 28, 28, 3, 2),
            ("shufflenet-v1", 1, 120, 14, 14, 3, 1), ("shufflenet-v1", 1, 240, 14, 14, 3, 2), ("shufflenet-v1", 1, 240, 7, 7, 3, 1),
            ("other", 1, 128, 28, 28, 5, 1), ("other", 1, 64, 28, 28, 3, 1),
            ("cifar", 32, 32, 32, 32, 3, 1), ("cifar", 32, 64, 32, 32, 3, 2), ("cifar", 32, 128, 16, 16, 3, 1), ("cifar", 32, 256, 8, 8, 3, 1),
        ];
        foreach ((string network, int batch, int channels, int height, int width, int kernel, int stride) in layers)
        {
            string title = $"{network} {kernel}x{kernel}/{stride} {batch}x{channels} {height}x{width}";
            if (title.Contains(name))
                Measure(title, Shape(channels, height, width, kernel, stride) with { Batch = batch }, cpu, threads);
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
        DepthwiseConv forward = DepthwiseConv.Forward(shape, cpu), back = DepthwiseConv.InputGradient(shape, cpu);
        DepthwiseTapGradient taps = new(shape, cpu);
        ConvForward planes = new(shape, cpu);
        ConvInputGradient planesBack = new(shape, cpu);
        ConvWeightGradient planesTaps = ConvWeightGradient.Create(shape, cpu);
        using NativeBuffer x = new(shape.InputFloats), w = new(shape.WeightFloats), y = new(shape.OutputFloats), bias = new(shape.OutChannels);
        using NativeBuffer packed = new(forward.PackedFloats), turned = new(back.PackedFloats);
        using NativeBuffer scratch = NativeBuffer.OfBytes(new[]
        {
            taps.ScratchBytes, planes.ScratchBytes(threads, packed: false), planesBack.ScratchBytes(threads), planesTaps.ScratchBytes(threads),
        }.Max());
        forward.Pack(w.Floats, bias.Floats, packed.Floats);
        back.Pack(w.Floats, null, turned.Floats);
        DepthwiseOperands operands = new() { Source = x.Floats, Destination = y.Floats, Weights = packed.Floats, Low = 0, High = float.PositiveInfinity };
        DepthwiseOperands backwards = new() { Source = y.Floats, Destination = x.Floats, Weights = turned.Floats, Low = float.NegativeInfinity, High = float.PositiveInfinity };
        ImplicitOperands first = new() { Source = x.Floats, Destination = y.Floats, PackedWeights = w.Floats, Bias = bias.Floats, Clip = true, High = float.PositiveInfinity };
        double work = 2.0 * shape.MultiplyAdds;
        int repeats = (int)Math.Max(1, 5e7 / work);
        Timing[] timings = Stopwatching.Time(
            21,
            threads == 1,
            GemmBenchmark.Peak(cpu, out double peakWork),
            Repeat(repeats, () => forward.Run(operands, pool, scratch.Bytes)),
            Repeat(repeats, () => back.Run(backwards, pool, scratch.Bytes)),
            Repeat(repeats, () => taps.Run(x.Floats, y.Floats, w.Floats, pool, scratch.Bytes)),
            Repeat(repeats, () => planes.Run(first, null, pool, scratch.Bytes)),
            Repeat(repeats, () => planesBack.Run(y.Floats, w.Floats, x.Floats, pool, scratch.Bytes)),
            Repeat(repeats, () => planesTaps.Run(x.Floats, y.Floats, w.Floats, pool, scratch.Bytes)));
        double peak = peakWork / timings[0].Median * threads;
        string Figures(int i) =>
            $"{timings[i].Median / repeats * 1e6,7:F1} us {work * repeats / timings[i].Median / 1e9,5:F0} GFLOP/s {work * repeats / timings[i].Median / peak,4:P0} ({timings[i + 3].Median / repeats * 1e6,6:F0})";
        Console.WriteLine($"{name,-33} y {Figures(1)}  dx {Figures(2)}  dw {Figures(3)}");
    }

    private static Action Repeat(int times, Action action) => () =>
    {
        for (int i = 0; i < times; i++)
            action();
    };
}
