using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Layers with weights of few bits.</summary>
internal static partial class KernelCases
{
    // Of each way to read codes and scales one; CodedProductTests has all.
    private static IEnumerable<(string Name, Func<Shape, int, WeightEncoding> Make)> Some => KernelCaseCodes.All.Where(w =>
        w.Name is "4 bits signed" or "4 bits in blocks of 8" or "4 bits in blocks of 16, folded" or "8 bits unsigned" or "codebook of 16, scaled" or "codebook of 17" or "codebook of 256, scaled");

    private static IEnumerable<KernelCase> CodedProducts()
    {
        foreach ((string name, Func<Shape, int, WeightEncoding> make) in Some)
        {
            Gemm gemm = new() { TransB = true };
            float tolerance = name.StartsWith('8') ? 1e-3f : 3e-5f;
            KernelCase Case(string kernel, Operator op, object?[] inputs, int outputs, int[]? weights = null) =>
                new(kernel, op, inputs, weights ?? [1]) { Encoded = s => make(s, outputs), Tolerance = tolerance };
            yield return Case("gemm-codes.f32", gemm, [S(1, 65), S(131, 65)], 0);
            yield return Case("gemm-codes.f32", new Fused(gemm, 3, false, 0, 1), [S(3, 65), S(131, 65), S(131)], 0, [1, 2]);
            yield return Case("gemm-codes.f32", gemm, [S(9, 65), S(131, 65), S(1, 131)], 0);
            yield return Case("gemm-codes.f32", new Gemm { TransA = true }, [S(65, 1), S(65, 131), S(131)], 1, [1, 2]);
            yield return Case("matmul-codes.f32", new MatMul(), [S(2, 3, 17), S(17, 40)], 1);
            yield return Case("matmul-codes.f32", new Fused(new MatMul(), 2, false, -1, 1), [S(17), S(17, 40)], 1);
        }
    }

    private static IEnumerable<KernelCase> CodedConvolutions()
    {
        const float Unbounded = float.PositiveInfinity;
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        foreach ((string name, Func<Shape, int, WeightEncoding> make) in Some)
        {
            KernelCase Case(Operator conv, Shape x, Shape weight, bool bias = true, ulong images = 1, params object?[] more) =>
                new("conv-codes.last.f32", conv is IntoChannels ? conv : new ChannelsLast(conv, images), [x, weight, bias ? S(weight.Fixed[0]) : null, .. more], bias ? [1, 2] : [1])
                { Encoded = s => make(s, 0), Tolerance = name.StartsWith('8') ? 2e-3f : 5e-5f };

            yield return Case(same, S(2, 9, 11, 5), S(7, 5, 3, 3));
            yield return Case(same with { Groups = 2 }, S(2, 6, 5, 10), S(38, 5, 3, 3), bias: false);
            yield return Case(new Fused(same, 3, true, 0, Unbounded), S(1, 6, 5, 33), S(70, 33, 3, 3), true, 1 | 1 << 3, S(1, 6, 5, 70));
            yield return Case(new Fused(new Conv(), 3, false, -1, 1), S(2, 7, 9, 37), S(131, 37, 1, 1));
            yield return Case(new Conv { Window = Window.Square(7, 2, 3) }, S(1, 23, 19, 3), S(17, 3, 7, 7));
            yield return Case(new IntoChannels(new ChannelsLast(new Fused(same, 3, false, 0, 1)), 3, 5, 21, 30), S(2, 6, 7, 9), S(21, 9, 3, 3), true, 1, S(2, 6, 7, 30));
            if (name == "4 bits in blocks of 16, folded") yield return Case(same, S(1, 4, 4, 320), S(48, 320, 3, 3)) with { Tolerance = 3e-4f };
        }
    }

    private static IEnumerable<KernelCase> CodedWinograd()
    {
        const float Unbounded = float.PositiveInfinity;
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        foreach (int size in new[] { 2, 4 })
        {
            foreach ((string name, Func<Shape, int, WeightEncoding> make) in Some.Where(w => w.Name.StartsWith('4') || w.Name.EndsWith("scaled")))
            {
                KernelCase Case(Operator conv, Shape x, int outputs, bool bias = true, ulong images = 1, params object?[] more) =>
                    new($"conv-winograd-{size}-codes.last.f32", conv is IntoChannels ? conv : new ChannelsLast(conv, images), [x, S(outputs, x.Fixed[3], 3, 3), bias ? S(outputs) : null, .. more], bias ? [1, 2] : [1])
                    { Encoded = s => make(s, 0), Tolerance = (name.Contains("bits") ? 8 : 1) * 1.1e-6f * (10 + x.Fixed[3]) };

                yield return Case(same, S(2, 9, 11, 5), 7);
                yield return Case(new Fused(same, 3, true, 0, Unbounded), S(1, 7, 6, 33), 70, true, 1 | 1 << 3, S(1, 7, 6, 70));
                yield return Case(same with { Window = new Window([3, 3], Pads: [2, 3, 4, 5]) }, S(1, 5, 4, 6), 3);
                yield return Case(new IntoChannels(new ChannelsLast(new Fused(same, 3, false, 0, 1)), 3, 5, 21, 30), S(2, 6, 7, 9), 21, true, 1, S(2, 6, 7, 30));
                if (!name.StartsWith('4')) continue;
                yield return Case(same, S(2, 37, 35, 19), 9, bias: false);                                             // many blocks, one thread each
                yield return Case(new Fused(same, 3, false, 0, Unbounded), S(1, 14, 14, 130), 150);                    // several chunks of channels
            }
        }
    }
}
