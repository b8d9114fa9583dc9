using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Tests.Kernels.Products;

public sealed unsafe class MatrixProductTests
{
    private static readonly int[] Odd = [1, 2, 3, 7, 13, 16, 17, 31, 33, 50, 65, 97];

    public static TheoryData<string> Levels => new(CpuFeatures.Levels().Select(level => level.Describe()));

    internal static CpuFeatures Level(string name) => CpuFeatures.Levels().Single(level => level.Describe() == name);

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_OddSizes_IsTheChainOverK(string level)
    {
        Rng rng = new(1);
        for (int i = 0; i < 250; i++)
        {
            (int m, int n, int k) = (Odd[rng.NextInt32(Odd.Length)] + 1, Odd[rng.NextInt32(Odd.Length)] + 1, rng.NextInt32(20) == 0 ? 700 : rng.NextInt32(70));
            Compute(m, n, k, rng, Level(level), WorkerPool.Shared(1), i).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_EveryTileHeightAndWidth_IsTheChainOverK(string level)
    {
        Rng rng = new(2);
        for (int m = 2; m <= 26; m++)
        {
            foreach (int n in new[] { 2, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 48, 64 })
                Compute(m, n, 19, rng, Level(level), WorkerPool.Shared(1), m + n).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_SingleRowOrColumn_IsCloseToTheReference(string level)
    {
        Rng rng = new(3);
        foreach ((int m, int n, int k) in new[] { (1, 1, 0), (1, 1, 1), (1, 64, 65), (1, 131, 300), (131, 1, 300), (1, 1, 1000), (67, 1, 1), (1, 200, 2000) })
        {
            for (int form = 0; form < 16; form++)
                Compute(m, n, k, rng, Level(level), WorkerPool.Shared(1), form, tolerance: 1e-5f).ShouldBeTrue();
        }
    }

    [Fact]
    public void Run_AnyThreadCount_GivesTheSameBits()
    {
        foreach ((int m, int n, int k) in new[] { (150, 410, 333), (1, 3000, 400), (3000, 1, 400), (700, 10, 500), (40, 40, 2000) })
        {
            float[][] results = [.. new[] { 1, 2, 3, 5 }.Select(threads => Product(m, n, k, WorkerPool.Shared(threads)))];
            foreach (float[] result in results)
                result.ShouldBe(results[0]);
        }
    }

    [Fact]
    public void Run_AnyLevel_GivesTheSameBits()
    {
        float[][] results = [.. CpuFeatures.Levels().Select(level => Product(70, 83, 500, WorkerPool.Shared(1), level))];
        foreach (float[] result in results)
            result.ShouldBe(results[0]);
    }

    [Fact]
    public void Run_NotANumber_StaysThroughClipping()
    {
        foreach (CpuFeatures cpu in CpuFeatures.Levels())
        {
            using GuardedBuffer a = new(4 * 3, new Rng(1)), b = new(3 * 20, new Rng(2)), c = new(4 * 20);
            a.Span[5] = float.NaN;
            Product product = Pare.Kernels.Products.Product.Dense(4, 20, 3, a.Floats, b.Floats, c.Floats);
            (product.Clip, product.Low, product.High) = (true, 0, 6);
            using GuardedBuffer scratch = Scratch(4, 20, 3, cpu, 1);
            MatrixProduct.Run(product, cpu, WorkerPool.Shared(1), (byte*)scratch.Floats);
            c.ToArray().Select(float.IsNaN).ShouldBe(Enumerable.Range(0, 80).Select(i => i / 20 == 1));
        }
    }

    [Fact]
    public void Run_Again_AllocatesNothing()
    {
        CpuFeatures cpu = CpuFeatures.Detect();
        WorkerPool pool = WorkerPool.Shared(2);
        using GuardedBuffer a = new(100 * 300, new Rng(1)), b = new(300 * 200, new Rng(2)), c = new(100 * 200), scratch = Scratch(100, 200, 300, cpu, 2);
        Product product = Pare.Kernels.Products.Product.Dense(100, 200, 300, a.Floats, b.Floats, c.Floats);
        MatrixProduct.Run(product, cpu, pool, (byte*)scratch.Floats);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            MatrixProduct.Run(product, cpu, pool, (byte*)scratch.Floats);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static GuardedBuffer Scratch(int m, int n, int k, CpuFeatures cpu, int threads) =>
        new((int)((MatrixProduct.ScratchBytes(m, n, k, cpu, threads) + 3) / 4));

    private static float[] Product(int m, int n, int k, WorkerPool pool, CpuFeatures? level = null)
    {
        CpuFeatures cpu = level ?? CpuFeatures.Detect();
        using GuardedBuffer a = new(m * k, new Rng(5)), b = new(k * n, new Rng(6)), c = new(m * n), scratch = Scratch(m, n, k, cpu, pool.Threads);
        MatrixProduct.Run(Pare.Kernels.Products.Product.Dense(m, n, k, a.Floats, b.Floats, c.Floats), cpu, pool, (byte*)scratch.Floats);
        return c.ToArray();
    }

    // The bits of form choose transposes, packing, accumulation, bias and clipping.
    private static bool Compute(int m, int n, int k, Rng rng, CpuFeatures cpu, WorkerPool pool, int form, float tolerance = 0)
    {
        int ending = rng.NextInt32(4);
        using GuardedBuffer a = new(m * k, rng), b = new(k * n, rng), c = new(m * n, rng), scratch = Scratch(m, n, k, cpu, pool.Threads);
        using GuardedBuffer rowBias = new(m, rng), columnBias = new(n, rng);
        using GuardedBuffer packedA = new((int)MatrixProduct.PackedAFloats(m, k)), packedB = new((int)MatrixProduct.PackedBFloats(n, k, cpu));
        Product p = Pare.Kernels.Products.Product.Dense(m, n, k, a.Floats, b.Floats, c.Floats, (form & 1) != 0, (form & 2) != 0);
        p.Accumulate = ending == 1;
        p.RowBias = ending == 2 ? rowBias.Floats : null;
        p.ColumnBias = ending == 3 ? columnBias.Floats : null;
        (p.Clip, p.Low, p.High) = (rng.NextInt32(2) == 0, -0.25f, 0.5f);
        if ((form & 4) != 0)
        {
            MatrixProduct.PackA(p, cpu, packedA.Floats);
            p.PackedA = packedA.Floats;
        }
        if ((form & 8) != 0)
        {
            MatrixProduct.PackB(p, cpu, packedB.Floats);
            p.PackedB = packedB.Floats;
        }
        float[] expected = Reference(p);
        MatrixProduct.Run(p, cpu, pool, (byte*)scratch.Floats);
        c.ToArray().ShouldBeCloseTo(expected, tolerance, $"{m} x {n} x {k}, form {form}, ending {ending}");
        return true;
    }

    private static float[] Reference(in Product p)
    {
        float[] c = new float[p.M * p.N];
        for (int m = 0; m < p.M; m++)
        {
            for (int n = 0; n < p.N; n++)
            {
                float sum = p.Accumulate ? p.C[m * p.N + n] : p.RowBias != null ? p.RowBias[m] : p.ColumnBias != null ? p.ColumnBias[n] : 0;
                for (int k = 0; k < p.K; k++)
                    sum = float.MultiplyAddEstimate(p.A[p.TransposeA ? k * p.M + m : m * p.K + k], p.B[p.TransposeB ? n * p.K + k : k * p.N + n], sum);
                c[m * p.N + n] = p.Clip ? Math.Clamp(sum, p.Low, p.High) : sum;
            }
        }
        return c;
    }
}
