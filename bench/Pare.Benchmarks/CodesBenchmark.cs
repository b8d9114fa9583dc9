using Pare.Encodings;
using Pare.Kernels;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>Products with weights of few bits against the dense product of the same shape, taking turns: times, how many times as fast, memory, and what the cost model predicts.</summary>
internal static class CodesBenchmark
{
    private static readonly (string Name, Func<Shape, Rng, WeightEncoding> Make)[] Encodings =
    [
        ("4 bits, scale a channel", (s, r) => Affine(s, r, 4, 0)),
        ("4 bits, scale of 32", (s, r) => Affine(s, r, 4, 32)),
        ("4 bits, scale of 128", (s, r) => Affine(s, r, 4, 128)),
        ("codebook of 16", (s, r) => Book(s, r, 16)),
        ("2 bits", (s, r) => Affine(s, r, 2, 0)),
        ("3 bits", (s, r) => Affine(s, r, 3, 0)),
        ("8 bits", (s, r) => Affine(s, r, 8, 0)),
        ("codebook of 32", (s, r) => Book(s, r, 32)),
        ("codebook of 256", (s, r) => Book(s, r, 256)),
    ];

    public static void Run(CpuFeatures cpu, int threads, string part)
    {
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); us [predicted], times as fast as dense, share of its memory");
        foreach ((int rows, int outputs, int depth) in new[] { (1, 4096, 4096), (1, 1000, 1024), (2, 4096, 4096), (4, 4096, 4096), (8, 4096, 4096), (32, 4096, 4096), (1, 4096, 25088) })
        {
            string name = $"{rows} x {depth} times {depth} x {outputs}";
            if (name.Contains(part, StringComparison.Ordinal)) One(name, rows, outputs, depth, cpu, threads);
        }
    }

    private static void One(string name, int rows, int outputs, int depth, CpuFeatures cpu, int threads)
    {
        var rng = new Rng(1);
        Shape shape = Shape.Of(outputs, depth);
        var dense = new Dense(shape, new float[shape.Elements]);
        foreach (ref float value in dense.Values) value = rng.NextSingle() - 0.5f;
        Tensor x = Pinned(Shape.Of(rows, depth)), y = Pinned(Shape.Of(rows, outputs));
        foreach (ref float value in x.Floats) value = rng.NextSingle() - 0.5f;
        Work[] works = [new(dense, "gemm.f32"), .. Encodings.Select(e => new Work(e.Make(shape, rng), "gemm-codes.f32"))];
        WorkerPool pool = WorkerPool.Shared(threads);
        byte[] scratch = GC.AllocateUninitializedArray<byte>((int)works.Max(w => w.Offer(x, y, cpu, threads).ScratchBytes) + 64, pinned: true);
        int repeats = (int)Math.Max(1, 2e7 / ((double)outputs * depth * rows));
        Timing[] timings = Stopwatching.Time(15, threads == 1, [.. works.Select(w =>
        {
            PreparedKernel kernel = w.Prepare(x, y, cpu, threads);
            return (Action)(() =>
            {
                for (int i = 0; i < repeats; i++) kernel.Run(new KernelArguments([x, null], [y], scratch, pool));
            });
        })]);
        Console.WriteLine(name);
        for (int i = 0; i < works.Length; i++)
        {
            Console.WriteLine(
                $"  {(i == 0 ? "dense" : Encodings[i - 1].Name),-26} {timings[i].Median / repeats * 1e6,9:F0} us [{works[i].Offer(x, y, cpu, threads).PredictedSeconds * 1e6,7:F0}] "
                + $"{timings[0].Median / timings[i].Median,6:F2}x {works[i].Bytes(x, y, cpu, threads) / (double)works[0].Bytes(x, y, cpu, threads),6:P1}");
        }
    }

    private static Scaled Affine(Shape shape, Rng rng, int bits, int block)
    {
        var codes = new ushort[shape.Elements];
        foreach (ref ushort code in codes.AsSpan()) code = (ushort)rng.NextInt32(1 << bits);
        Shape scales = Scaled.ScaleShape(shape, block > 0 ? 1 : 0, block);
        var values = new float[scales.Elements];
        foreach (ref float value in values.AsSpan()) value = rng.NextSingle() * 0.01f;
        return new Scaled(block > 0 ? 1 : 0, new Dense(scales, values), new Integer(shape, Codes.Pack(bits, codes), bits == 8 ? 0 : 3, isSigned: bits == 8), block);
    }

    private static Codebook Book(Shape shape, Rng rng, int entries)
    {
        var indices = new ushort[shape.Elements];
        foreach (ref ushort index in indices.AsSpan()) index = (ushort)rng.NextInt32(entries);
        var table = new float[entries];
        foreach (ref float value in table.AsSpan()) value = rng.NextSingle() - 0.5f;
        return Codebook.Of(shape, indices, table);
    }

    private static Tensor Pinned(Shape shape) => new(DType.F32, shape, GC.AllocateUninitializedArray<byte>((int)shape.Elements * sizeof(float), pinned: true), 0);

    private sealed record Work(WeightEncoding Weight, string Kernel)
    {
        private Kernel Found => KernelCatalog.Default.Single(k => k.Name == Kernel);

        public KernelOffer Offer(Tensor x, Tensor y, CpuFeatures cpu, int threads) => Found.Offers(Query(x, y, cpu, threads)).Single();

        public long Bytes(Tensor x, Tensor y, CpuFeatures cpu, int threads) => Found.PackedBytes(Query(x, y, cpu, threads), Offer(x, y, cpu, threads));

        public PreparedKernel Prepare(Tensor x, Tensor y, CpuFeatures cpu, int threads) => Found.Prepare(Query(x, y, cpu, threads), Offer(x, y, cpu, threads));

        private KernelQuery Query(Tensor x, Tensor y, CpuFeatures cpu, int threads) => new(
            new Node("node", new Gemm { TransB = true }, ["x", "w"], ["y"]), [x.Type, new TensorType(DType.F32, Weight.Shape)], [y.Type],
            [null, Weight], [null, null], cpu, threads);
    }
}
