using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Convolutions and products whose weights are mostly zeros.</summary>
internal static partial class KernelCases
{
    /// <summary>In place of a density: two of every four inputs.</summary>
    public const double TwoOfFour = -2;

    /// <summary>In place of a density: blocks of four output channels, a quarter of them kept and a tenth of their numbers 0 all the same.</summary>
    public const double InBlocks = -3;

    private static IEnumerable<KernelCase> SparseConvolutions()
    {
        const float Unbounded = float.PositiveInfinity;
        KernelCase Case(Conv conv, Shape x, Shape weight, double density, bool bias = true, (bool Residual, float Low, float High)? epilogue = null)
        {
            Operator op = epilogue is { } e ? new Fused(conv, 3, e.Residual, e.Low, e.High) : conv;
            List<object?> inputs = [x, weight, bias ? S(weight.Fixed[0]) : null];
            if (epilogue is { Residual: true })
                inputs.Add(ResultShape(new ChannelsLast(conv), new Tensor(DType.F32, x).Type, new Tensor(DType.F32, weight).Type));
            return new("conv-sparse.last.f32", new ChannelsLast(op, epilogue is { Residual: true } ? 1UL | 1 << 3 : 1), [.. inputs], bias ? [1, 2] : [1]) { Density = density };
        }

        Conv same = new() { Window = Window.Square(3, pad: 1) }, half = new() { Window = Window.Square(3, 2, 1) };
        yield return Case(same, S(2, 9, 11, 5), S(7, 5, 3, 3), 0.3);
        yield return Case(same, S(1, 7, 7, 33), S(70, 33, 3, 3), 0.1, epilogue: (true, 0, Unbounded));                // two rows a vector
        yield return Case(same, S(3, 5, 5, 12), S(40, 12, 3, 3), 0.2, bias: false, epilogue: (false, 0, 0.75f));
        yield return Case(same, S(1, 14, 14, 130), S(70, 130, 3, 3), 0.05, epilogue: (true, -1, 1));                  // blocks of channels
        yield return Case(same, S(1, 28, 28, 24), S(3, 24, 3, 3), 0.1);
        yield return Case(same, S(1, 56, 20, 17), S(16, 17, 3, 3), 0.1, epilogue: (false, 0, 6));
        yield return Case(same, S(1, 1, 2, 8), S(8, 8, 3, 3), 0.5);
        yield return Case(same, S(2, 8, 8, 6), S(5, 6, 3, 3), 0);                                                     // nothing but zeros
        yield return Case(same, S(2, 8, 8, 6), S(5, 6, 3, 3), 1, epilogue: (true, 0, Unbounded));
        yield return Case(half, S(2, 15, 17, 9), S(33, 9, 3, 3), 0.2);
        yield return Case(half, S(1, 14, 14, 40), S(37, 40, 3, 3), 0.1, epilogue: (false, 0, Unbounded));             // 7 x 7 by strides
        yield return Case(new Conv { Window = Window.Square(7, 2, 3) }, S(1, 47, 45, 3), S(17, 3, 7, 7), 0.1, epilogue: (false, 0, Unbounded));
        yield return Case(new Conv { Window = Window.Square(1, 2) }, S(2, 14, 13, 20), S(31, 20, 1, 1), 0.2);
        yield return Case(new Conv { Window = new Window([1, 3], Pads: [0, 1, 0, 1]) }, S(2, 9, 11, 5), S(7, 5, 1, 3), 0.3);
        yield return Case(new Conv { Window = new Window([3, 1], Pads: [1, 0, 1, 0]) }, S(2, 19, 21, 5), S(7, 5, 3, 1), 0.3);
        yield return Case(new Conv { Window = new Window(Dilations: [2, 3], Pads: [2, 3, 1, 0]) }, S(1, 11, 14, 4), S(65, 4, 3, 3), 0.3);
        yield return Case(new Conv { Window = new Window(Strides: [2, 3], Dilations: [3, 2], Pads: [3, 2, 3, 2]) }, S(1, 21, 34, 4), S(9, 4, 3, 3), 0.3);
        yield return Case(new Conv { Window = new Window(Pads: [4, 5, 6, 4]) }, S(1, 2, 3, 2), S(3, 2, 3, 3), 0.4);
        yield return Case(new Conv(), S(1, 13, 5, 31), S(66, 31, 1, 1), 0.1, epilogue: (true, 0, Unbounded));         // flattened, the last vector in part
        yield return Case(new Conv(), S(3, 7, 7, 300), S(130, 300, 1, 1), 0.1, epilogue: (false, 0, 6));
        yield return Case(new Conv(), S(1, 1, 1, 40), S(5, 40, 1, 1), 0.2);
        yield return Case(same, S(2, 9, 11, 5), S(8, 5, 3, 3), InBlocks);
        yield return Case(same, S(1, 7, 7, 70), S(76, 70, 3, 3), InBlocks, epilogue: (true, 0, Unbounded));
        yield return Case(half, S(1, 29, 31, 100), S(64, 100, 3, 3), InBlocks, bias: false, epilogue: (false, 0, 0.75f));
        yield return Case(new Conv(), S(3, 7, 7, 300), S(132, 300, 1, 1), InBlocks, epilogue: (true, -1, 1));
        yield return Case(new Conv(), S(1, 1, 1, 40), S(4, 40, 1, 1), InBlocks);
        Fused clipped = new(same, 3, false, 0, 1);
        yield return new("conv-sparse.last.f32", new IntoChannels(new ChannelsLast(clipped), 3, 5, 21, 30), [S(2, 6, 7, 9), S(21, 9, 3, 3), S(21), S(2, 6, 7, 30)], [1, 2]) { Density = 0.3 };

        foreach (bool transposed in new[] { false, true })
        {
            Gemm gemm = new() { TransB = transposed };
            KernelCase Product(int m, int n, int k, double density, bool bias = true) =>
                new("gemm-sparse.f32", gemm, [S(m, k), transposed ? S(n, k) : S(k, n), bias ? S(n) : null], bias ? [1, 2] : [1]) { Density = density };

            yield return Product(1, 200, 70, 0.1);
            yield return Product(1, 16, 513, 0.2, bias: false);
            yield return Product(2, 5, 33, 0.5);
            yield return Product(4, 1000, 100, 0.05);
            yield return Product(1, 77, 1030, 0.12);                                                                   // windows
            yield return Product(3, 130, 333, 0.3, bias: false);
            yield return Product(1, 50, 77, TwoOfFour);
            yield return Product(40, 64, 77, InBlocks);
            yield return Product(3, 16, 130, TwoOfFour, bias: false);
            yield return Product(1, 40, 40, 0);
            yield return Product(3, 31, 17, 1);
            yield return Product(5, 37, 13, 0.3);
            yield return Product(50, 70, 90, 0.1, bias: false);
            yield return new("gemm-sparse.f32", new Fused(gemm, 3, false, -0.5f, 0.5f), [S(1, 90), transposed ? S(70, 90) : S(90, 70), S(1, 70)], [1, 2]) { Density = 0.2 };
            yield return new("gemm-sparse.f32", new Fused(gemm, 3, false, -0.5f, 0.5f), [S(23, 90), transposed ? S(70, 90) : S(90, 70), S(1, 70)], [1, 2]) { Density = 0.2 };
        }
    }
}
