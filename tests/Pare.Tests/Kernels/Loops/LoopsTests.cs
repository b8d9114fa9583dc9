using Pare.Kernels.Loops;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Tests.Kernels.Loops;

public sealed unsafe class LoopsTests
{
    private static readonly int[] Lengths = [0, 1, 7, 8, 9, 63, 64, 65, 1000, 32768, 70001];

    [Fact]
    public void Map_EveryOperation_EqualsTheScalarFormula()
    {
        foreach (int length in Lengths)
        {
            Map<AddOperation>(length);
            Map<SubtractOperation>(length);
            Map<MultiplyOperation>(length);
            Map<DivideOperation>(length);
            Map<RectifierGradient>(length);
        }
    }

    [Fact]
    public void Clip_AnyLength_EqualsTheScalarFormulaAndKeepsNaN()
    {
        foreach (int length in Lengths)
        {
            using GuardedBuffer x = new(length, new Rng(1)), y = new(length);
            for (int i = 0; i < length; i += 5)
                x.Span[i] = float.NaN;
            Elementwise.Clip(x.Floats, y.Floats, length, 0, 0.25f, WorkerPool.Shared(2));
            y.ToArray().ShouldBe([.. x.ToArray().Select(v => Math.Clamp(v, 0, 0.25f))]);
        }
    }

    [Theory]
    [InlineData(3, 5, 7)]
    [InlineData(2, 16, 64)]
    [InlineData(4, 19, 1)]
    [InlineData(1, 1, 1)]
    public void ScaleShift_AnyShape_EqualsTheScalarFormula(int outer, int channels, int inner)
    {
        int count = outer * channels * inner;
        using GuardedBuffer x = new(count, new Rng(1)), y = new(count), scale = new(channels, new Rng(2)), shift = new(channels, new Rng(3));
        Elementwise.ScaleShift(x.Floats, scale.Floats, shift.Floats, y.Floats, outer, channels, inner, WorkerPool.Shared(2));
        y.ToArray().ShouldBe([.. x.ToArray().Select((v, i) => float.MultiplyAddEstimate(v, scale.Floats[i / inner % channels], shift.Floats[i / inner % channels]))]);
    }

    [Fact]
    public void Lanes_AnyLength_EqualScalarLanesAndAreCloseToTheSum()
    {
        for (int length = 0; length < 300; length++)
        {
            using GuardedBuffer a = new(length, new Rng(1)), b = new(length, new Rng(2));
            Lanes.Dot(a.Floats, b.Floats, length).ShouldBe(Lanes.DotScalar(a.Floats, b.Floats, length));
            Lanes.Sum(a.Floats, length).ShouldBe((float)a.ToArray().Sum(v => (double)v), 1e-5);
            Lanes.SquaredDeviations(a.Floats, 0.1f, length).ShouldBe((float)a.ToArray().Sum(v => (v - 0.1) * (v - 0.1)), 1e-4);
            Lanes.CenteredDot(a.Floats, 0.1f, b.Floats, length).ShouldBe((float)a.ToArray().Zip(b.ToArray(), (v, w) => (v - 0.1) * w).Sum(), 1e-4);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 10)]
    [InlineData(300, 37)]
    [InlineData(2, 9000)]
    public void Softmax_AnyShape_IsCloseToTheDefinitionForwardAndBackward(int rows, int length)
    {
        foreach (bool logarithm in new[] { false, true })
        {
            using GuardedBuffer x = new(rows * length, new Rng(1)), y = new(rows * length), dy = new(rows * length, new Rng(2)), dx = new(rows * length);
            Softmax.Rows(x.Floats, y.Floats, rows, length, logarithm, WorkerPool.Shared(2));
            Softmax.RowsBackward(y.Floats, dy.Floats, dx.Floats, rows, length, logarithm, WorkerPool.Shared(2));
            for (int r = 0; r < rows; r++)
            {
                double[] e = [.. x.Span.Slice(r * length, length).ToArray().Select(v => Math.Exp(v))];
                double sum = e.Sum();
                float[] g = dy.Span.Slice(r * length, length).ToArray();
                double inner = logarithm ? g.Sum(v => (double)v) : e.Zip(g, (p, v) => p / sum * v).Sum();
                for (int i = 0; i < length; i++)
                {
                    double p = e[i] / sum;
                    y.Span[r * length + i].ShouldBe((float)(logarithm ? Math.Log(p) : p), 1e-5);
                    dx.Span[r * length + i].ShouldBe((float)(logarithm ? g[i] - p * inner : p * (g[i] - inner)), 1e-4 * (1 + Math.Abs(inner)));
                }
            }
        }
    }

    [Fact]
    public void Softmax_LargeLogits_StayFinite()
    {
        using GuardedBuffer x = new(4), y = new(4);
        new float[] { 1e4f, -1e4f, 1e4f, 0 }.CopyTo(x.Span);
        Softmax.Rows(x.Floats, y.Floats, 1, 4, logarithm: false, WorkerPool.Shared(1));
        y.ToArray().ShouldBe([0.5f, 0, 0.5f, 0]);
    }

    [Fact]
    public void Loops_Again_AllocateNothing()
    {
        WorkerPool pool = WorkerPool.Shared(2);
        using GuardedBuffer a = new(70000, new Rng(1)), b = new(70000, new Rng(2)), y = new(70000);
        void All()
        {
            Elementwise.Map<AddOperation>(a.Floats, b.Floats, y.Floats, 70000, pool);
            Elementwise.Clip(a.Floats, y.Floats, 70000, 0, 1, pool);
            Softmax.Rows(a.Floats, y.Floats, 700, 100, logarithm: false, pool);
        }
        All();
        long before = GC.GetAllocatedBytesForCurrentThread();
        All();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Map<TOperation>(int length) where TOperation : struct, IBinary
    {
        using GuardedBuffer a = new(length, new Rng(1)), b = new(length, new Rng(2)), y = new(length);
        Elementwise.Map<TOperation>(a.Floats, b.Floats, y.Floats, length, WorkerPool.Shared(2));
        y.ToArray().ShouldBe([.. a.ToArray().Zip(b.ToArray(), TOperation.Apply)]);
    }
}
