using Pare.Kernels.Products;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>The product of 1152 x 1152 matrices against the peak of the micro-kernel, whose operands stay in the first-level cache.</summary>
internal static unsafe class GemmBenchmark
{
    public static void Run(CpuFeatures cpu, int threads)
    {
        if (cpu.HasVector512)
            Run<MicroAvx512>(cpu, threads);
        else if (cpu.HasAvx2)
            Run<MicroAvx2>(cpu, threads);
        else if (cpu.HasVector128)
            Run<MicroVector128>(cpu, threads);
        else
            Run<MicroScalar>(cpu, threads);
    }

    private static void Run<TKernel>(CpuFeatures cpu, int threads) where TKernel : struct, IMicroKernel
    {
        const int PeakDepth = 256, PeakRepeats = 4000;
        WorkerPool pool = WorkerPool.Shared(threads);
        using NativeBuffer small = new(1 << 14);
        Action peak = () =>
        {
            Tile tile = new() { Depth = PeakDepth, A = small.Floats, B = small.Floats + 4096, C = small.Floats, CStride = TKernel.Columns };
            tile.Start = small.Floats + (1 << 13) + 4096;
            tile.C = tile.Start;
            for (int i = 0; i < PeakRepeats; i++)
                TKernel.Run(TKernel.MaxRows, tile);
        };
        double peakWork = 2.0 * PeakRepeats * PeakDepth * TKernel.MaxRows * TKernel.Columns;
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s), tile {TKernel.MaxRows} x {TKernel.Columns}");
        foreach ((int m, int n, int k) in new[] { (1152, 1152, 1152), (128, 500, 800), (50, 64, 500), (20, 576, 25), (1000, 1, 4096), (1, 4096, 4096) })
        {
            using NativeBuffer a = new((long)m * k), b = new((long)k * n), c = new((long)m * n);
            using NativeBuffer scratch = NativeBuffer.OfBytes(MatrixProduct.ScratchBytes(m, n, k, cpu, threads));
            double work = 2.0 * m * n * k;
            int repeats = (int)Math.Max(1, 1e9 / work);
            Product product = Product.Dense(m, n, k, a.Floats, b.Floats, c.Floats);
            double[] seconds = Stopwatching.Medians(11, peak, () =>
            {
                for (int i = 0; i < repeats; i++)
                    MatrixProduct.Run(product, cpu, pool, scratch.Bytes);
            });
            double top = peakWork / seconds[0] / 1e9, got = work * repeats / seconds[1] / 1e9;
            Console.WriteLine($"{m,5} x {n,5} x {k,5}: {got,7:F1} GFLOP/s; peak of one thread {top,6:F1}; ratio {got / top:P1}");
        }
    }
}
