using Pare.Kernels.Products;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>The product of 1152 x 1152 matrices against the peak of the micro-kernel, whose operands stay in the first-level cache.</summary>
internal static unsafe class GemmBenchmark
{
    private const int PeakDepth = 256;
    private const int PeakRepeats = 1000;

    public static void Run(CpuFeatures cpu, int threads)
    {
        WorkerPool pool = WorkerPool.Shared(threads);
        Action peak = Peak(cpu, out double peakWork);
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s), tile {MatrixProduct.MaxRows(cpu)} x {MatrixProduct.Columns(cpu)}");
        (int, int, int)[] sizes = [(1152, 1152, 1152), (128, 500, 800), (800, 128, 500), (50, 64, 500), (20, 576, 25), (1000, 1, 4096), (1, 4096, 4096)];
        foreach ((int m, int n, int k) in sizes)
        {
            using NativeBuffer a = new((long)m * k), b = new((long)k * n), c = new((long)m * n);
            using NativeBuffer scratch = NativeBuffer.OfBytes(MatrixProduct.ScratchBytes(m, n, k, cpu, threads));
            double work = 2.0 * m * n * k;
            int repeats = (int)Math.Max(1, 2e8 / work);
            Product product = Product.Dense(m, n, k, a.Floats, b.Floats, c.Floats);
            Timing[] timings = Stopwatching.Time(15, threads == 1, peak, () =>
            {
                for (int i = 0; i < repeats; i++)
                    MatrixProduct.Run(product, cpu, pool, scratch.Bytes);
            });
            double top = peakWork / timings[0].Median / 1e9 * threads, got = work * repeats / timings[1].Median / 1e9;
            double bestTop = peakWork / timings[0].Best / 1e9 * threads, bestGot = work * repeats / timings[1].Best / 1e9;
            Console.WriteLine(
                $"{m,5} x {n,5} x {k,5}: median {got,6:F1} of {top,6:F1} GFLOP/s, {got / top:P1}; "
                + $"best {bestGot,6:F1} of {bestTop,6:F1}, {bestGot / bestTop:P1}");
        }
    }

    /// <summary>One thread in the micro-kernel alone.</summary>
    /// <param name="cpu">The level.</param>
    /// <param name="work">Floating-point operations of one call.</param>
    public static Action Peak(CpuFeatures cpu, out double work)
    {
        work = 2.0 * PeakRepeats * PeakDepth * MatrixProduct.MaxRows(cpu) * MatrixProduct.Columns(cpu);
        return cpu.HasVector512 ? Peak<MicroAvx512> : cpu.HasAvx2 ? Peak<MicroAvx2> : cpu.HasVector128 ? Peak<MicroVector128> : Peak<MicroScalar>;
    }

    private static void Peak<TKernel>() where TKernel : struct, IMicroKernel
    {
        using NativeBuffer small = new(1 << 14);
        Tile tile = new() { Depth = PeakDepth, A = small.Floats, B = small.Floats + 3072, CStride = TKernel.Columns };
        tile.C = small.Floats + 3072 + PeakDepth * TKernel.Columns;
        tile.Start = tile.C;
        for (int i = 0; i < PeakRepeats; i++)
            TKernel.Run(TKernel.MaxRows, tile);
    }
}
