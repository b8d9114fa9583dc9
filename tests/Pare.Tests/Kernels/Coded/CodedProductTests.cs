using Pare.Encodings;
using Pare.Kernels;
using Pare.Kernels.Coded;
using Pare.Tests.Kernels.Products;
using Pare.Threading;

namespace Pare.Tests.Kernels.Coded;

public sealed unsafe class CodedProductTests
{
    private static readonly (int M, int N, int K)[] Sizes =
        [(1, 1, 1), (1, 10, 7), (2, 31, 33), (3, 33, 8), (4, 64, 100), (1, 65, 9), (2, 130, 40), (5, 97, 61), (13, 130, 350), (9, 70, 33), (7, 3, 11), (1, 200, 641)];

    public static TheoryData<string> Levels => MatrixProductTests.Levels;

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_EveryKindAndSize_StaysWithinTheStatedBound(string level)
    {
        CpuFeatures cpu = MatrixProductTests.Level(level);
        foreach ((string name, Func<Shape, int, WeightEncoding> make) in KernelCaseCodes.All)
            foreach ((int m, int n, int k) in Sizes)
                foreach (bool transposed in new[] { true, false })
                    Compare($"{name}, {m} x {n} x {k}, transposed {transposed}", m, n, k, transposed, make, cpu);
    }

    [Fact]
    public void Run_AnyThreadCount_GivesTheSameBits()
    {
        Shape shape = Shape.Of(900, 300);
        foreach (WeightEncoding weight in new[] { KernelCaseCodes.Blocks(KernelCaseCodes.Affine(shape, 4, isSigned: true), 0, 32), (WeightEncoding)KernelCaseCodes.Book(shape, 200) })
        {
            foreach (int m in new[] { 1, 4, 6 })
            {
                float[][] results = [.. new[] { 1, 2, 7 }.Select(threads =>
                {
                    using GuardedBuffer x = new(m * 300, new Rng(1)), y = new(m * 900);
                    Run(weight, true, m, 900, 300, CpuFeatures.Detect(), threads, x, y, null, clip: false);
                    return y.ToArray();
                })];
                results[1].ShouldBe(results[0]);
                results[2].ShouldBe(results[0]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Decode_AnyPart_GivesTheBitsOfTheEncoding(string level)
    {
        CpuFeatures cpu = MatrixProductTests.Level(level);
        const int N = 150, K = 97;
        foreach ((string name, Func<Shape, int, WeightEncoding> make) in KernelCaseCodes.All.Where(w => !w.Name.Contains("folded")))
        {
            WeightEncoding weight = make(Shape.Of(N, K), 0);
            float[] expected = weight.ToArray();
            CodedProduct product = new(CodedWeight.Of(weight, 0, flushDenormals: true)!, transposed: true, 1, N, K, cpu);
            PackedFloats packed = new(product.Panels.PackedFloats);
            product.Panels.Pack(packed.Floats);
            int lanes = CodeLoops.Of(cpu).Lanes, wide = CodeLoops.Of(cpu).MostVectors * lanes;
            foreach ((int panel, int first, int count) in new[] { (0, 0, K), (1, 5, 1), (1, 13, 70), (0, 96, 1), (1, 8, 16) })
            {
                using GuardedBuffer to = new(count * lanes);
                product.Panels.Decode(packed.Floats, 0, panel, lanes, 1, first, count, to.Floats, lanes);
                for (int i = 0; i < count; i++)
                {
                    for (int o = 0; o < lanes; o++)
                        to.Floats[i * lanes + o].ShouldBe(expected[(panel * wide + lanes + o) * K + first + i], $"{name}: output {panel * wide + lanes + o}, input {first + i}");
                }
            }
        }
    }

    [Fact]
    public void Of_WhatCodesCannotBe_IsNull()
    {
        Shape shape = Shape.Of(20, 30);
        Integer codes = KernelCaseCodes.Affine(shape, 4, isSigned: true);
        WeightEncoding[] others =
        [
            new Dense(shape, new float[600]),
            KernelCaseCodes.Book(shape, 257),
            KernelCaseCodes.Channels(codes, 1),                                                  // a scale for each input
            KernelCaseCodes.Blocks(codes, 0, 7),                                                 // little is shared
            KernelCaseCodes.Blocks(codes, 1, 10),                                                // blocks of outputs
            KernelCaseCodes.Blocks(KernelCaseCodes.Blocks(codes, 0, 10), 0, 15),
            new Codebook(shape, Codes.Pack(1, new ushort[600]), new Dense(Shape.Of(2), new[] { 1, float.NaN })),
            new Codebook(shape, Codes.Pack(1, new ushort[600]), new Dense(Shape.Of(2), new[] { 1, float.PositiveInfinity })),
            KernelCaseCodes.Channels(codes, 0, float.PositiveInfinity),
        ];
        foreach (WeightEncoding weight in others)
            CodedWeight.Of(weight, 0, flushDenormals: true).ShouldBeNull(weight.ToString());
        CodedWeight.Of(codes, 0, flushDenormals: true).ShouldNotBeNull();
    }

    [Fact]
    public void PackedFloats_OfFourBits_IsAnEighthOfTheFloats()
    {
        CodedProduct product = new(CodedWeight.Of(KernelCaseCodes.Channels(KernelCaseCodes.Affine(Shape.Of(256, 512), 4, isSigned: true), 0), 0, true)!, true, 1, 256, 512, CpuFeatures.Detect());
        product.Panels.PackedFloats.ShouldBeLessThan(256 * 512 / 8 + 256 + 17);
    }

    private static void Compare(string what, int m, int n, int k, bool transposed, Func<Shape, int, WeightEncoding> make, CpuFeatures cpu)
    {
        WeightEncoding weight = make(transposed ? Shape.Of(n, k) : Shape.Of(k, n), transposed ? 0 : 1);
        float[] w = weight.ToArray();
        Rng rng = new(9);
        using GuardedBuffer x = new(m * k, rng), y = new(m * n), bias = new(n, rng);
        bool clip = n % 2 == 0;
        Run(weight, transposed, m, n, k, cpu, 2, x, y, k % 2 == 0 ? bias : null, clip);
        for (int r = 0; r < m; r++)
        {
            for (int o = 0; o < n; o++)
            {
                double sum = k % 2 == 0 ? bias.Floats[o] : 0, size = Math.Abs(sum);
                for (int i = 0; i < k; i++)
                {
                    double term = (double)x.Floats[r * k + i] * w[transposed ? o * k + i : i * n + o];
                    sum += term;
                    size += Math.Abs(term);
                }
                if (clip) sum = Math.Clamp(sum, -0.5, 0.75);
                double error = Math.Abs(y.Floats[r * n + o] - sum);
                if (!(error <= CodedProduct.ErrorOf(k) * size)) throw new ShouldAssertException($"{what}: [{r}, {o}] is {y.Floats[r * n + o]}, expected {sum}; {error / size:E1} of the terms");
            }
        }
    }

    private static void Run(WeightEncoding weight, bool transposed, int m, int n, int k, CpuFeatures cpu, int threads, GuardedBuffer x, GuardedBuffer y, GuardedBuffer? bias, bool clip)
    {
        CodedProduct product = new(CodedWeight.Of(weight, transposed ? 0 : 1, flushDenormals: true)!, transposed, m, n, k, cpu);
        PackedFloats packed = new(product.Panels.PackedFloats);
        new Span<float>(packed.Floats, (int)packed.Count).Fill(float.NaN);
        product.Panels.Pack(packed.Floats);
        product.Hold(packed);
        using GuardedBuffer scratch = new((int)((product.ScratchBytes(threads) + 3) / 4));
        CodedOperands operands = new() { X = x.Floats, Y = y.Floats, Bias = bias is null ? null : bias.Floats, Clip = clip, Low = -0.5f, High = 0.75f };
        product.Run(operands, WorkerPool.Shared(threads), (byte*)scratch.Floats);
    }
}
