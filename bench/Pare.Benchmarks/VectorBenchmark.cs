using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>Few rows times a packed constant matrix, as fully connected layers at batch 1 are, against a plain read of as many bytes.</summary>
internal static unsafe class VectorBenchmark
{
    public static void Run(CpuFeatures cpu, int threads)
    {
        WorkerPool pool = WorkerPool.Shared(threads);
        foreach ((string name, int n, int k) in new[] { ("LeNet-5 last", 10, 500), ("LeNet-5", 500, 800), ("MobileNetV1", 1000, 1024), ("VGG-16 first", 4096, 25088) })
        {
            foreach (int m in new[] { 1, 2, 3, 4, 6, 8 })
            {
                using NativeBuffer a = new((long)m * k), c = new((long)m * n);
                using NativeBuffer b = new(MatrixProduct.PackedBFloats(n, k, cpu));
                using NativeBuffer scratch = NativeBuffer.OfBytes(MatrixProduct.ScratchBytes(m, n, k, cpu, threads));
                Product product = Product.Dense(m, n, k, a.Floats, null, c.Floats);
                product.PackedB = b.Floats;
                long bytes = (long)n * k * sizeof(float);
                int repeats = (int)Math.Max(1, 40_000_000 / bytes);
                Timing[] timings = Stopwatching.Time(9, false,
                    () =>
                    {
                        for (int i = 0; i < repeats; i++) pool.Run(8, new ReadJob { From = b.Floats, Count = (long)n * k });
                    },
                    () =>
                    {
                        for (int i = 0; i < repeats; i++) MatrixProduct.Run(product, cpu, pool, scratch.Bytes);
                    });
                double read = bytes * (double)repeats / timings[0].Median / 1e9, got = bytes * (double)repeats / timings[1].Median / 1e9;
                Console.WriteLine($"{name,-14} {m} x {n,5} x {k,5}, {bytes / 1e6,6:F1} MB: {timings[1].Median / repeats * 1e6,9:F1} us, {got,6:F1} GB/s; plain read {read,6:F1} GB/s; {got / read,6:P0}");
            }
        }
    }

    private struct ReadJob : ISliceJob
    {
        public float* From;
        public long Count;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int slice, int worker)
        {
            long first = Count * slice / 8 / 64 * 64, end = Count * (slice + 1) / 8 / 64 * 64;
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (long i = first; i + 64 <= end; i += 64)
            {
                s0 += Vector512.Load(From + i);
                s1 += Vector512.Load(From + i + 16);
                s2 += Vector512.Load(From + i + 32);
                s3 += Vector512.Load(From + i + 48);
            }
            if (Vector512.Sum(s0 + s1 + s2 + s3) == 1234567) throw new InvalidOperationException();
        }
    }
}
