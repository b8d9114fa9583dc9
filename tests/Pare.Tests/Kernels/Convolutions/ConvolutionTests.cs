using System.Collections.Concurrent;
using Pare.Kernels.Convolutions;
using Pare.Threading;
using Pare.Tests.Kernels.Products;

namespace Pare.Tests.Kernels.Convolutions;

public sealed unsafe class ConvolutionTests
{
    private static readonly ConcurrentDictionary<ConvShape, float[][]> References = new();

    public static TheoryData<string> Levels => MatrixProductTests.Levels;

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_KnownShapes_IsCloseToTheDefinition(string level)
    {
        foreach (ConvShape shape in KnownShapes())
            Check(shape, MatrixProductTests.Level(level), 1);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_RandomShapes_IsCloseToTheDefinition(string level)
    {
        Rng rng = new(11);
        for (int i = 0; i < 120; i++)
            Check(RandomShape(rng), MatrixProductTests.Level(level), 1 + i % 2);
    }

    [Fact]
    public void Run_AnyThreadCountAndLevel_GivesTheSameBits()
    {
        foreach (ConvShape shape in KnownShapes())
        {
            float[][] one = Compute(shape, CpuFeatures.Detect(), 1);
            foreach (int threads in new[] { 2, 3, 5 })
            {
                foreach ((float[] got, float[] expected) in Compute(shape, CpuFeatures.Detect(), threads).Zip(one))
                    got.ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void Forward_AnyLevel_GivesTheSameBits()
    {
        foreach (ConvShape shape in KnownShapes())
        {
            float[] one = Compute(shape, CpuFeatures.Scalar, 1)[0];
            foreach (CpuFeatures cpu in CpuFeatures.Levels())
                Compute(shape, cpu, 1)[0].ShouldBe(one);
        }
    }

    [Fact]
    public void Run_Again_AllocatesNothing()
    {
        foreach (ConvShape shape in KnownShapes())
        {
            using ConvCase c = new(shape, CpuFeatures.Detect(), 2);
            c.RunAll();
            long before = GC.GetAllocatedBytesForCurrentThread();
            c.RunAll();
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, shape.ToString());
        }
    }

    [Fact]
    public void Forward_PackedWeightsAndClip_EqualsClippedForward()
    {
        foreach (ConvShape shape in KnownShapes())
        {
            using ConvCase c = new(shape, CpuFeatures.Detect(), 2);
            c.RunAll();
            float[] plain = c.Y.ToArray();
            c.RunPackedClipped(-0.1f, 0.2f);
            c.Y.ToArray().ShouldBe([.. plain.Select(v => Math.Clamp(v, -0.1f, 0.2f))]);
        }
    }

    [Fact]
    public void SlidingWeightGradient_KnownShapes_IsReached()
    {
        if (CpuFeatures.Detect().HasVector512)
            KnownShapes().Count(shape => SlidingWeightGradient.Fits(shape, CpuFeatures.Detect())).ShouldBe(3);
        KnownShapes().ShouldAllBe(shape => !SlidingWeightGradient.Fits(shape, CpuFeatures.Avx2));
    }

    [Fact]
    public void Validate_BadShapes_Throw()
    {
        ConvShape good = Shape(1, 4, 5, 5, 4, 3, 3);
        ConvShape[] all = [good with { StrideX = 0 }, good with { PadTop = -1 }, good with { Groups = 3 }, good with { KernelHeight = 6 }, good with { Batch = 0 }];
        foreach (ConvShape bad in all)
            Should.Throw<ArgumentException>(() => bad.Validate());
    }

    private static ConvShape Shape(int batch, int channels, int height, int width, int outChannels, int kernelHeight, int kernelWidth) => new()
    {
        Batch = batch,
        Channels = channels,
        Height = height,
        Width = width,
        OutChannels = outChannels,
        KernelHeight = kernelHeight,
        KernelWidth = kernelWidth,
    };

    private static ConvShape Same(ConvShape s, int pad) => s with { PadTop = pad, PadLeft = pad, PadBottom = pad, PadRight = pad };

    private static IEnumerable<ConvShape> KnownShapes() =>
    [
        Shape(3, 1, 28, 28, 20, 5, 5),
        Shape(5, 20, 12, 12, 50, 5, 5),
        Same(Shape(2, 16, 32, 32, 16, 3, 3), 1),
        Same(Shape(2, 16, 32, 32, 32, 3, 3), 1) with { StrideX = 2, StrideY = 2 },
        Same(Shape(3, 64, 8, 8, 64, 3, 3), 1),
        Shape(2, 16, 16, 16, 32, 1, 1) with { StrideX = 2, StrideY = 2 },
        Shape(2, 33, 7, 9, 17, 1, 1),
        Shape(1, 5, 1, 40, 7, 1, 3) with { PadLeft = 2, DilationX = 2 },
        Same(Shape(2, 24, 9, 11, 24, 3, 3), 1) with { Groups = 24 },
        Same(Shape(2, 6, 13, 5, 12, 3, 3), 1) with { Groups = 6, StrideX = 2, StrideY = 2 },
        Same(Shape(2, 12, 10, 10, 18, 3, 3), 2) with { Groups = 3, DilationX = 2, DilationY = 2 },
        Same(Shape(1, 3, 37, 41, 8, 7, 7), 3) with { StrideX = 2, StrideY = 2 },
        Shape(2, 40, 1, 1, 33, 1, 1),
        Shape(4, 8, 3, 3, 5, 3, 3),
        Shape(5, 1, 28, 28, 20, 5, 5),
        Same(Shape(4, 16, 20, 20, 6, 3, 3), 1),
        Shape(7, 6, 33, 20, 14, 2, 3) with { Groups = 2, DilationX = 2, PadTop = 2 },
    ];

    private static ConvShape RandomShape(Rng rng)
    {
        while (true)
        {
            int groups = rng.NextInt32(4) == 0 ? 1 + rng.NextInt32(4) : 1;
            ConvShape shape = new()
            {
                Batch = 1 + rng.NextInt32(4),
                Groups = groups,
                Channels = groups * (1 + rng.NextInt32(7)),
                OutChannels = groups * (1 + rng.NextInt32(15)),
                Height = 1 + rng.NextInt32(12),
                Width = 1 + rng.NextInt32(19),
                KernelHeight = 1 + rng.NextInt32(4),
                KernelWidth = 1 + rng.NextInt32(4),
                StrideY = 1 + rng.NextInt32(3),
                StrideX = 1 + rng.NextInt32(3),
                DilationY = 1 + rng.NextInt32(2),
                DilationX = 1 + rng.NextInt32(3),
                PadTop = rng.NextInt32(4),
                PadLeft = rng.NextInt32(4),
                PadBottom = rng.NextInt32(4),
                PadRight = rng.NextInt32(4),
            };
            if (shape.Height + shape.PadTop + shape.PadBottom > (shape.KernelHeight - 1) * shape.DilationY
                && shape.Width + shape.PadLeft + shape.PadRight > (shape.KernelWidth - 1) * shape.DilationX)
                return shape;
        }
    }

    private static float[][] Compute(ConvShape shape, CpuFeatures cpu, int threads)
    {
        using ConvCase c = new(shape, cpu, threads);
        c.RunAll();
        return [c.Y.ToArray(), c.InputGradient.ToArray(), c.WeightGradient.ToArray(), c.BiasGradient.ToArray()];
    }

    private static void Check(ConvShape shape, CpuFeatures cpu, int threads)
    {
        using ConvCase c = new(shape, cpu, threads);
        c.RunAll();
        float[][] expected = References.GetOrAdd(shape, _ => Expected(shape, c));
        c.Y.ToArray().ShouldBeCloseTo(expected[0], 1e-5f, $"y of {shape}");
        c.InputGradient.ToArray().ShouldBeCloseTo(expected[1], 1e-5f, $"dx of {shape}");
        c.WeightGradient.ToArray().ShouldBeCloseTo(expected[2], 2e-5f, $"dw of {shape}");
        c.BiasGradient.ToArray().ShouldBeCloseTo(expected[3], 1e-5f, $"db of {shape}");
    }

    // Every case of a shape has the same inputs, whatever its level.
    private static float[][] Expected(ConvShape shape, ConvCase c) =>
    [
        ConvReference.Forward(shape, c.X.Floats, c.W.Floats, c.Bias.Floats),
        ConvReference.InputGradient(shape, c.OutputGradient.Floats, c.W.Floats),
        ConvReference.WeightGradient(shape, c.X.Floats, c.OutputGradient.Floats),
        ConvReference.BiasGradient(shape, c.OutputGradient.Floats),
    ];

    /// <summary>The buffers and kernels of one shape.</summary>
    private sealed class ConvCase : IDisposable
    {
        private readonly WorkerPool _pool;
        private readonly ConvForward _forward;
        private readonly ConvInputGradient _input;
        private readonly ConvWeightGradient _weight;
        private readonly GuardedBuffer _scratch;
        private readonly GuardedBuffer _packed;

        public ConvCase(ConvShape shape, CpuFeatures cpu, int threads)
        {
            _pool = WorkerPool.Shared(threads);
            _forward = new ConvForward(shape, cpu);
            _input = new ConvInputGradient(shape, cpu);
            _weight = ConvWeightGradient.Create(shape, cpu);
            long bytes = Math.Max(_forward.ScratchBytes(threads, packed: false), Math.Max(_input.ScratchBytes(threads), _weight.ScratchBytes(threads)));
            _scratch = new GuardedBuffer((int)(bytes / 4) + 1);
            _packed = new GuardedBuffer((int)_forward.PackedFloats);
            Rng rng = new(3);
            X = new GuardedBuffer((int)shape.InputFloats, rng);
            W = new GuardedBuffer((int)shape.WeightFloats, rng);
            Bias = new GuardedBuffer(shape.OutChannels, rng);
            Y = new GuardedBuffer((int)shape.OutputFloats);
            OutputGradient = new GuardedBuffer((int)shape.OutputFloats, rng);
            InputGradient = new GuardedBuffer((int)shape.InputFloats);
            WeightGradient = new GuardedBuffer((int)shape.WeightFloats);
            BiasGradient = new GuardedBuffer(shape.OutChannels);
        }

        public GuardedBuffer X { get; }

        public GuardedBuffer W { get; }

        public GuardedBuffer Bias { get; }

        public GuardedBuffer Y { get; }

        public GuardedBuffer OutputGradient { get; }

        public GuardedBuffer InputGradient { get; }

        public GuardedBuffer WeightGradient { get; }

        public GuardedBuffer BiasGradient { get; }

        public void RunAll()
        {
            byte* scratch = (byte*)_scratch.Floats;
            _forward.Run(new ImplicitOperands { Source = X.Floats, Destination = Y.Floats, Bias = Bias.Floats }, W.Floats, _pool, scratch);
            _input.Run(OutputGradient.Floats, W.Floats, InputGradient.Floats, _pool, scratch);
            _weight.Run(X.Floats, OutputGradient.Floats, WeightGradient.Floats, _pool, scratch);
            _weight.RunBias(OutputGradient.Floats, BiasGradient.Floats, _pool);
        }

        public void RunPackedClipped(float low, float high)
        {
            _forward.Pack(W.Floats, _packed.Floats, _pool);
            ImplicitOperands operands = new() { Source = X.Floats, Destination = Y.Floats, Bias = Bias.Floats, PackedWeights = _packed.Floats };
            (operands.Clip, operands.Low, operands.High) = (true, low, high);
            _forward.Run(operands, null, _pool, (byte*)_scratch.Floats);
        }

        public void Dispose()
        {
            foreach (GuardedBuffer buffer in new[] { X, W, Bias, Y, OutputGradient, InputGradient, WeightGradient, BiasGradient, _scratch, _packed })
                buffer.Dispose();
        }
    }
}
