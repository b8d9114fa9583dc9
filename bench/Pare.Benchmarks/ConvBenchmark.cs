using Pare.Kernels.Convolutions;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Convolutions of LeNet-5 and ResNet-20 at batch 128, and of larger networks at batch 1: forward and both gradients.</summary>
internal static unsafe class ConvBenchmark
{
    public static void Run(CpuFeatures cpu, int threads, string name)
    {
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); share of {threads} thread(s)' peak of forward, input gradient, weight gradient");
        Select(name, "LeNet conv1 5x5 1->20 28x28", Shape(128, 1, 28, 20, 5, 0, 1), cpu, threads);
        Select(name, "LeNet conv2 5x5 20->50 12x12", Shape(128, 20, 12, 50, 5, 0, 1), cpu, threads);
        Select(name, "ResNet-20 3x3 3->16 32x32", Shape(128, 3, 32, 16, 3, 1, 1), cpu, threads);
        Select(name, "ResNet-20 3x3 16->16 32x32", Shape(128, 16, 32, 16, 3, 1, 1), cpu, threads);
        Select(name, "ResNet-20 3x3 16->32 32x32 /2", Shape(128, 16, 32, 32, 3, 1, 2), cpu, threads);
        Select(name, "ResNet-20 3x3 32->32 16x16", Shape(128, 32, 16, 32, 3, 1, 1), cpu, threads);
        Select(name, "ResNet-20 3x3 64->64 8x8", Shape(128, 64, 8, 64, 3, 1, 1), cpu, threads);
        Select(name, "3x3 64->64 56x56, batch 1", Shape(1, 64, 56, 64, 3, 1, 1), cpu, threads);
        Select(name, "1x1 256->256 28x28, batch 1", Shape(1, 256, 28, 256, 1, 0, 1), cpu, threads);
        Select(name, "VGG 3x3 512->512 14x14, batch 1", Shape(1, 512, 14, 512, 3, 1, 1), cpu, threads);
        Select(name, "VGG 3x3 64->64 224x224, batch 1", Shape(1, 64, 224, 64, 3, 1, 1), cpu, threads);
        Select(name, "depthwise 3x3 144 56x56, batch 1", Shape(1, 144, 56, 144, 3, 1, 1) with { Groups = 144 }, cpu, threads);
    }

    private static ConvShape Shape(int batch, int channels, int size, int outChannels, int kernel, int pad, int stride) => new()
    {
        Batch = batch,
        Channels = channels,
        Height = size,
        Width = size,
        OutChannels = outChannels,
        KernelHeight = kernel,
        KernelWidth = kernel,
        PadTop = pad,
        PadLeft = pad,
        PadBottom = pad,
        PadRight = pad,
        StrideY = stride,
        StrideX = stride,
    };

    private static void Select(string wanted, string name, ConvShape shape, CpuFeatures cpu, int threads)
    {
        if (name.Contains(wanted))
            Measure(name, shape, cpu, threads);
    }

    private static void Measure(string name, ConvShape shape, CpuFeatures cpu, int threads)
    {
        WorkerPool pool = WorkerPool.Shared(threads);
        ConvForward forward = new(shape, cpu);
        ConvInputGradient inputGradient = new(shape, cpu);
        ConvWeightGradient weightGradient = ConvWeightGradient.Create(shape, cpu);
        using NativeBuffer x = new(shape.InputFloats), w = new(shape.WeightFloats), y = new(shape.OutputFloats), bias = new(shape.OutChannels);
        using NativeBuffer dx = new(shape.InputFloats), dw = new(shape.WeightFloats);
        long bytes = Math.Max(
            forward.ScratchBytes(threads, packed: false),
            Math.Max(inputGradient.ScratchBytes(threads), weightGradient.ScratchBytes(threads)));
        using NativeBuffer scratch = NativeBuffer.OfBytes(bytes);
        ImplicitOperands operands = new() { Source = x.Floats, Destination = y.Floats, Bias = bias.Floats };
        double work = 2.0 * shape.MultiplyAdds;
        int repeats = (int)Math.Max(1, 1e8 / work);
        Timing[] timings = Stopwatching.Time(
            15,
            threads == 1,
            GemmBenchmark.Peak(cpu, out double peakWork),
            Repeat(repeats, () => forward.Run(operands, w.Floats, pool, scratch.Bytes)),
            Repeat(repeats, () => inputGradient.Run(y.Floats, w.Floats, dx.Floats, pool, scratch.Bytes)),
            Repeat(repeats, () => weightGradient.Run(x.Floats, y.Floats, dw.Floats, pool, scratch.Bytes)));
        double peak = peakWork / timings[0].Median * threads, best = peakWork / timings[0].Best * threads;
        string medians = string.Join("  ", timings[1..].Select(t => $"{work * repeats / t.Median / peak,6:P0}"));
        string bests = string.Join("  ", timings[1..].Select(t => $"{work * repeats / t.Best / best,6:P0}"));
        string rates = string.Join("  ", timings[1..].Select(t => $"{work * repeats / t.Best / 1e9,5:F0}"));
        string times = string.Join("  ", timings[1..].Select(t => $"{t.Best / repeats * 1e6,6:F0}"));
        Console.WriteLine($"{name,-34} {medians}   best {bests}   GFLOP/s {rates}   us {times}   scratch {bytes / 1e6:F1} MB");
    }

    private static Action Repeat(int times, Action action) => () =>
    {
        for (int i = 0; i < times; i++)
            action();
    };
}
