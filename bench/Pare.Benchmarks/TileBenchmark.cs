using Pare.Kernels.Products;

namespace Pare.Benchmarks;

/// <summary>The micro-kernel alone, for every number of rows, at several depths: what a tile costs beside its arithmetic.</summary>
internal static unsafe class TileBenchmark
{
    public static void Run(CpuFeatures cpu)
    {
        if (cpu.HasVector512)
            Run<MicroAvx512>(cpu);
        else if (cpu.HasAvx2)
            Run<MicroAvx2>(cpu);
        else if (cpu.HasVector128)
            Run<MicroVector128>(cpu);
        else
            Run<MicroScalar>(cpu);
    }

    private static void Run<TKernel>(CpuFeatures cpu) where TKernel : struct, IMicroKernel
    {
        using NativeBuffer memory = new(1 << 16);
        foreach (int depth in new[] { 25, 144, 250, 320 })
        {
            for (int rows = 1; rows <= TKernel.MaxRows; rows++)
            {
                int height = rows, repeats = 2_000_000 / (rows * depth);
                Timing[] timings = Stopwatching.Time(9, processorTime: true, GemmBenchmark.Peak(cpu, out double peakWork), () =>
                {
                    Tile tile = new() { Depth = depth, A = memory.Floats, B = memory.Floats + 4096, C = memory.Floats + 20000, CStride = TKernel.Columns };
                    tile.Start = tile.C;
                    tile.StartStride = tile.CStride;
                    for (int i = 0; i < repeats; i++)
                        TKernel.Run(height, tile);
                });
                double share = 2.0 * rows * depth * TKernel.Columns * repeats / timings[1].Best / (peakWork / timings[0].Best);
                Console.WriteLine($"depth {depth,3}, {rows,2} rows: {share,5:P0} of the peak");
            }
        }
    }
}
