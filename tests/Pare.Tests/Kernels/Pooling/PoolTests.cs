using Pare.Kernels.Pooling;
using Pare.Threading;
using Pare.Tests.Kernels.Products;

namespace Pare.Tests.Kernels.Pooling;

public sealed unsafe class PoolTests
{
    public static TheoryData<string> Levels => MatrixProductTests.Levels;

    [Theory]
    [MemberData(nameof(Levels))]
    public void MaxPool_RandomShapes_EqualsTheDefinition(string level)
    {
        Rng rng = new(21);
        for (int i = 0; i < 150; i++)
        {
            PoolShape s = i % 3 == 0 ? TwoByTwo(rng) : i % 3 == 1 ? Usual(rng) : RandomShape(rng);
            using GuardedBuffer x = new(s.Planes * s.PlaneFloats, rng), y = new(s.Planes * s.OutPlaneFloats), dy = new(y.Length, rng), dx = new(x.Length);
            if (i % 4 == 0)
                x.Span[rng.NextInt32(x.Length)] = float.NaN;
            if (i % 5 == 0)
                x.Fill(i % 2 == 0 ? 0.5f : float.NegativeInfinity);
            if (i % 5 == 1)
                Coarsen(x.Span);
            float[] expected = new float[y.Length], gradient = new float[x.Length];
            Visit(s, (window, at) =>
            {
                int best = -1;
                foreach (int j in window)
                    best = best < 0 || x.Floats[j] > x.Floats[best] || (float.IsNaN(x.Floats[j]) && !float.IsNaN(x.Floats[best])) ? j : best;
                expected[at] = best < 0 ? float.MinValue : x.Floats[best];
                if (best >= 0)
                    gradient[best] += dy.Floats[at];
            });
            CpuFeatures cpu = MatrixProductTests.Level(level);
            using GuardedBuffer forward = new((int)MaxPool.ForwardScratch(s, cpu, 2) / 4), backward = new((int)MaxPool.BackwardScratch(s, cpu, 2) / 4);
            MaxPool.Forward(s, x.Floats, y.Floats, forward.Floats, cpu, WorkerPool.Shared(2));
            MaxPool.Backward(s, x.Floats, dy.Floats, dx.Floats, backward.Floats, cpu, WorkerPool.Shared(2));
            y.ToArray().ShouldBe(expected, s.ToString());
            dx.ToArray().ShouldBe(gradient, s.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void AveragePool_RandomShapes_IsCloseToTheDefinition(string level)
    {
        Rng rng = new(22);
        for (int i = 0; i < 150; i++)
        {
            PoolShape s = i % 2 == 0 ? Usual(rng) : RandomShape(rng);
            using GuardedBuffer x = new(s.Planes * s.PlaneFloats, rng), y = new(s.Planes * s.OutPlaneFloats), dy = new(y.Length, rng), dx = new(x.Length);
            float[] expected = new float[y.Length], gradient = new float[x.Length];
            Visit(s, (window, at) =>
            {
                int divisor = Math.Max(1, s.CountPadding ? CountPadded(s, at % s.OutPlaneFloats) : window.Count);
                expected[at] = window.Sum(j => x.Floats[j]) / divisor;
                foreach (int j in window)
                    gradient[j] += dy.Floats[at] / divisor;
            });
            CpuFeatures cpu = MatrixProductTests.Level(level);
            using GuardedBuffer forward = new((int)AveragePool.ForwardScratch(s, cpu, 2) / 4), backward = new((int)AveragePool.BackwardScratch(s, cpu, 2) / 4);
            AveragePool.Forward(s, x.Floats, y.Floats, forward.Floats, cpu, WorkerPool.Shared(2));
            AveragePool.Backward(s, dy.Floats, dx.Floats, backward.Floats, cpu, WorkerPool.Shared(2));
            y.ToArray().ShouldBeCloseTo(expected, 1e-6f, s.ToString());
            dx.ToArray().ShouldBeCloseTo(gradient, 1e-6f, s.ToString());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(67, 49)]
    [InlineData(130, 64)]
    [InlineData(3, 1000)]
    public void Global_AnySize_IsTheMean(int planes, int size)
    {
        using GuardedBuffer x = new(planes * size, new Rng(1)), y = new(planes), dx = new(planes * size);
        AveragePool.Global(x.Floats, y.Floats, planes, size, WorkerPool.Shared(2));
        AveragePool.GlobalBackward(y.Floats, dx.Floats, planes, size, WorkerPool.Shared(2));
        float[] means = [.. x.ToArray().Chunk(size).Select(plane => (float)plane.Average(v => (double)v))];
        y.ToArray().ShouldBeCloseTo(means, 1e-6f);
        dx.ToArray().ShouldBe([.. Enumerable.Range(0, planes * size).Select(i => y.Floats[i / size] / size)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(50)]
    public void GlobalMaximum_EqualNumbersAndNaN_TakesTheFirst(int size)
    {
        Rng rng = new(23);
        for (int i = 0; i < 40; i++)
        {
            using GuardedBuffer x = new(3 * size, rng), y = new(3), dx = new(3 * size);
            Coarsen(x.Span);
            if (i % 4 == 0)
                x.Span[rng.NextInt32(x.Length)] = x.Span[rng.NextInt32(x.Length)] = float.NaN;
            if (i % 9 == 0)
                x.Fill(float.NegativeInfinity);
            GlobalMaximum.Forward(x.Floats, y.Floats, 3, size, WorkerPool.Shared(2));
            float[][] planes = [.. x.ToArray().Chunk(size)];
            y.ToArray().ShouldBe([.. planes.Select(p => p.Contains(float.NaN) ? float.NaN : p.Max())]);
            float[] expected = new float[3 * size];
            for (int plane = 0; plane < 3; plane++)
                expected[plane * size + Array.IndexOf(planes[plane], y.Floats[plane])] = plane + 1;
            new float[] { 1, 2, 3 }.CopyTo(y.Span);
            GlobalMaximum.Backward(x.Floats, y.Floats, dx.Floats, 3, size, WorkerPool.Shared(2));
            dx.ToArray().ShouldBe(expected);
        }
    }

    // Few values, so that maxima are often equal; zeros of both signs among them.
    private static void Coarsen(Span<float> x)
    {
        foreach (ref float value in x)
            value = MathF.Round(value * 4) / 2;
    }

    // 3 x 3, padded by one, and its neighbours: the windows of real networks, over several vectors and planes.
    private static PoolShape Usual(Rng rng)
    {
        int kernel = 2 + rng.NextInt32(2), stride = 1 + rng.NextInt32(2), pad = rng.NextInt32(2), height = 5 + rng.NextInt32(30), width = 5 + rng.NextInt32(40);
        return new PoolShape
        {
            Planes = 1 + rng.NextInt32(40),
            Height = height,
            Width = width,
            KernelHeight = kernel,
            KernelWidth = kernel,
            StrideY = stride,
            StrideX = stride,
            PadTop = pad,
            PadLeft = pad,
            PadBottom = pad,
            PadRight = pad,
            OutHeight = (height + 2 * pad - kernel) / stride + 1,
            OutWidth = (width + 2 * pad - kernel) / stride + 1,
            CountPadding = rng.NextInt32(2) == 0,
        };
    }

    private static PoolShape TwoByTwo(Rng rng)
    {
        int height = 2 + rng.NextInt32(9), width = 2 + rng.NextInt32(40);
        return new PoolShape
        {
            Planes = 1 + rng.NextInt32(3),
            Height = height,
            Width = width,
            KernelHeight = 2,
            KernelWidth = 2,
            StrideY = 2,
            StrideX = 2,
            OutHeight = height / 2,
            OutWidth = width / 2,
        };
    }

    // The output may be one larger than fits, as in ceiling modes.
    private static PoolShape RandomShape(Rng rng)
    {
        while (true)
        {
            PoolShape s = new()
            {
                Planes = 1 + rng.NextInt32(3),
                Height = 1 + rng.NextInt32(11),
                Width = 1 + rng.NextInt32(23),
                KernelHeight = 1 + rng.NextInt32(4),
                KernelWidth = 1 + rng.NextInt32(4),
                StrideY = 1 + rng.NextInt32(3),
                StrideX = 1 + rng.NextInt32(3),
                DilationY = 1 + rng.NextInt32(2),
                DilationX = 1 + rng.NextInt32(2),
                PadTop = rng.NextInt32(3),
                PadLeft = rng.NextInt32(3),
                PadBottom = rng.NextInt32(3),
                PadRight = rng.NextInt32(3),
                OutHeight = 0,
                OutWidth = 0,
                CountPadding = rng.NextInt32(2) == 0,
            };
            int spareY = s.Height + s.PadTop + s.PadBottom - (s.KernelHeight - 1) * s.DilationY - 1;
            int spareX = s.Width + s.PadLeft + s.PadRight - (s.KernelWidth - 1) * s.DilationX - 1;
            if (spareY >= 0 && spareX >= 0)
                return s with { OutHeight = spareY / s.StrideY + 1 + rng.NextInt32(2), OutWidth = spareX / s.StrideX + 1 + rng.NextInt32(2) };
        }
    }

    private static int CountPadded(PoolShape s, int output)
    {
        (int oy, int ox) = Math.DivRem(output, s.OutWidth);
        int rows = Enumerable.Range(0, s.KernelHeight).Count(k => oy * s.StrideY + k * s.DilationY < s.Height + s.PadTop + s.PadBottom);
        return rows * Enumerable.Range(0, s.KernelWidth).Count(k => ox * s.StrideX + k * s.DilationX < s.Width + s.PadLeft + s.PadRight);
    }

    private static void Visit(PoolShape s, Action<List<int>, int> use)
    {
        for (int at = 0; at < s.Planes * s.OutPlaneFloats; at++)
        {
            List<int> window = [];
            (int plane, int pixel) = Math.DivRem(at, s.OutPlaneFloats);
            for (int tap = 0; tap < s.KernelHeight * s.KernelWidth; tap++)
            {
                int y = pixel / s.OutWidth * s.StrideY - s.PadTop + tap / s.KernelWidth * s.DilationY;
                int x = pixel % s.OutWidth * s.StrideX - s.PadLeft + tap % s.KernelWidth * s.DilationX;
                if (y >= 0 && y < s.Height && x >= 0 && x < s.Width)
                    window.Add((plane * s.Height + y) * s.Width + x);
            }
            use(window, at);
        }
    }
}
