using Pare.Kernels;
using Pare.Kernels.Integer;
using Pare.Kernels.Integer.Products;
using Pare.Operators;
using Pare.Tests.Kernels.Products;

namespace Pare.Tests.Kernels;

public sealed class KernelContractTests
{
    public static TheoryData<string> Levels => MatrixProductTests.Levels;

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_EveryCase_EqualsTheDefinition(string level)
    {
        foreach (KernelCase c in KernelCases.All)
        {
            (Tensor[] got, Tensor[] expected) = c.Run(MatrixProductTests.Level(level), 2, out _) ?? throw new ShouldAssertException($"no offer for {c}");
            for (int i = 0; i < got.Length; i++)
            {
                if (got[i].DType == DType.F32) got[i].Floats.ToArray().ShouldBeCloseTo(expected[i].Floats.ToArray(), c.Tolerance, $"output {i} of {c}");
                else Equal(got[i], expected[i], $"output {i} of {c}");
            }
        }
    }

    /// <summary>ARM's dot product multiplies signed bytes. What stages and packs for it runs here too, its instruction in portable form.</summary>
    [Fact]
    public void Run_SignedBytes_EqualsTheDefinition()
    {
        Kernel[] signed = [new ConvIntegerLast("conv-integer.last", OfSigned), new GemmInteger("gemm-integer", OfSigned)];
        foreach (Kernel kernel in signed)
        {
            KernelCase[] taken = [.. KernelCases.All.Where(c => c.Kernel == kernel.Name && c.Run(CpuFeatures.Vector128Only, 2, out _, kernel) is not null)];
            taken.Length.ShouldBeGreaterThan(15, kernel.Name);
            foreach (KernelCase c in taken)
            {
                (Tensor[] got, Tensor[] expected) = c.Run(CpuFeatures.Vector128Only, 2, out _, kernel)!.Value;
                Equal(got[0], expected[0], c.ToString());
            }
        }

        static IntegerInstructions? OfSigned(KernelQuery query) => query.Inputs[1]!.DType == DType.I8 ? IntegerTiles.OfSignedBytes : null;
    }

    // Integers may not differ at all.
    private static void Equal(Tensor got, Tensor expected, string what)
    {
        Wholes a = new(got), b = new(expected);
        for (int i = 0; i < a.Length; i++)
            if (a[i] != b[i]) throw new ShouldAssertException($"{what}: number {i} is {a[i]}, expected {b[i]}");
    }

    [Fact]
    public void Run_AnyThreadCount_GivesTheSameBits()
    {
        foreach (KernelCase c in KernelCases.All)
        {
            Tensor[] one = c.Run(CpuFeatures.Detect(), 1, out _)!.Value.Got;
            foreach (int threads in new[] { 2, 3, 5 })
            {
                foreach ((Tensor a, Tensor b) in c.Run(CpuFeatures.Detect(), threads, out _)!.Value.Got.Zip(one))
                    a.Bytes.SequenceEqual(b.Bytes).ShouldBeTrue($"{threads} threads, {c}");
            }
        }
    }

    [Fact]
    public void Run_Again_AllocatesNothing()
    {
        foreach (KernelCase c in KernelCases.All)
        {
            c.Run(CpuFeatures.Detect(), 2, out long allocated).ShouldNotBeNull();
            allocated.ShouldBe(0, c.ToString());
        }
    }

    [Fact]
    public void Catalog_EveryKernel_HasCases() =>
        KernelCatalog.Default.Select(k => k.Name).Except(KernelCases.All.Select(c => c.Kernel)).ShouldBe(["evaluate"]);

    [Fact]
    public void Offers_WhatAKernelCannotDo_AreNone()
    {
        KernelCase[] refused =
        [
            new("conv.f32", new Conv(), [Shape.Of(1, 1, 3, 3, 3), Shape.Of(1, 1, 2, 2, 2)], [1]),
            new("max-pool.f32", new MaxPool { Window = Window.Square(2) }, [Shape.Of(1, 1, 4, 4)], Outputs: 2),
            new("binary.f32", new Binary(BinaryFunctions.Add), [Shape.Of(3, 1), Shape.Of(1, 4)]),
            new("binary.f32", new Binary(BinaryFunctions.Pow), [Shape.Of(3), Shape.Of(3)]),
            new("softmax.f32", new Softmax { Axis = 0 }, [Shape.Of(3, 4)]),
            new("reduction.f32", new Reduction(ReductionFunction.Sum), [Shape.Of(3, 4, 5), Tensor.Vector<long>(1)]),
            new("reduction.f32", new Reduction(ReductionFunction.Max), [Shape.Of(3, 4)]),
        ];
        foreach (KernelCase c in refused)
            c.Run(CpuFeatures.Detect(), 1, out _).ShouldBeNull(c.ToString());
    }
}
