using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Tests.Kernels.Products;

public sealed unsafe class FewRowsTests
{
    private static readonly int[] Columns = [1, 10, 16, 17, 31, 32, 33, 63, 64, 95, 96, 97, 127, 128, 129, 300];

    public static TheoryData<string> Levels => MatrixProductTests.Levels;

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_EveryRowCount_IsTheChainOverK(string level)
    {
        CpuFeatures cpu = MatrixProductTests.Level(level);
        Rng rng = new(1);
        for (int m = 1; m <= 9; m++)
        {
            foreach (int n in Columns)
            {
                int k = n % 5 == 0 ? 700 : n % 3 == 0 ? 1 : 23;
                for (int form = 0; form < 8; form++)
                    Compute(m, n, n == 31 ? 0 : k, form, cpu, rng);
            }
        }
    }

    [Fact]
    public void Run_AnyThreadCount_GivesTheSameBits()
    {
        CpuFeatures cpu = CpuFeatures.Detect();
        for (int m = 1; m <= FewRows.RowsOf(cpu); m++)
        {
            float[][] results = [.. new[] { 1, 2, 7 }.Select(threads => Result(m, 1000, 300, cpu, threads))];
            results[1].ShouldBe(results[0]);
            results[2].ShouldBe(results[0]);
        }
    }

    private static float[] Result(int m, int n, int k, CpuFeatures cpu, int threads)
    {
        using GuardedBuffer a = new(m * k, new Rng(1)), b = new(k * n, new Rng(2)), c = new(m * n), packed = new((int)MatrixProduct.PackedBFloats(n, k, cpu));
        Product p = Product.Dense(m, n, k, a.Floats, b.Floats, c.Floats);
        MatrixProduct.PackB(p, cpu, packed.Floats);
        p.PackedB = packed.Floats;
        FewRows.Fits(p, cpu).ShouldBeTrue();
        FewRows.Run(p, cpu, WorkerPool.Shared(threads));
        return c.ToArray();
    }

    // The bits of form choose how it starts and ends.
    private static void Compute(int m, int n, int k, int form, CpuFeatures cpu, Rng rng)
    {
        using GuardedBuffer a = new(m * k, rng), b = new(k * n, rng), c = new(m * n, rng), bias = new(Math.Max(m, n), rng);
        using GuardedBuffer packed = new((int)MatrixProduct.PackedBFloats(n, k, cpu));
        using GuardedBuffer scratch = new((int)((MatrixProduct.ScratchBytes(m, n, k, cpu, 2) + 3) / 4));
        Product p = Product.Dense(m, n, k, a.Floats, b.Floats, c.Floats);
        MatrixProduct.PackB(p, cpu, packed.Floats);
        p.PackedB = packed.Floats;
        p.Accumulate = form % 4 == 1;
        p.RowBias = form % 4 == 2 ? bias.Floats : null;
        p.ColumnBias = form % 4 == 3 ? bias.Floats : null;
        (p.Clip, p.Low, p.High) = (form >= 4, -0.25f, 0.5f);
        float[] expected = new float[m * n];
        for (int i = 0; i < expected.Length; i++)
        {
            (int row, int column) = (i / n, i % n);
            float sum = p.Accumulate ? c.Floats[i] : p.RowBias != null ? bias.Floats[row] : p.ColumnBias != null ? bias.Floats[column] : 0;
            for (int d = 0; d < k; d++)
                sum = float.MultiplyAddEstimate(a.Floats[row * k + d], b.Floats[d * n + column], sum);
            expected[i] = p.Clip ? Math.Clamp(sum, p.Low, p.High) : sum;
        }
        MatrixProduct.Run(p, cpu, WorkerPool.Shared(2), (byte*)scratch.Floats);
        c.ToArray().ShouldBeCloseTo(expected, 0, $"{m} x {n} x {k}, form {form}");
    }
}
