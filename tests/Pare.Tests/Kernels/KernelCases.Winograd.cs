using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Convolutions by Winograd's forms.</summary>
internal static partial class KernelCases
{
    private static IEnumerable<KernelCase> WinogradConvolutions()
    {
        const float Unbounded = float.PositiveInfinity;
        foreach (int size in new[] { 2, 4 })
        {
            string kernel = $"conv-winograd-{size}.last.f32";
            KernelCase Case(Shape x, int outputs, int[] pads, bool bias = true, (bool Residual, float Low, float High)? epilogue = null)
            {
                Conv conv = new() { Window = new Window([3, 3], Pads: [.. pads]) };
                Shape weight = S(outputs, x.Fixed[3], 3, 3);
                Operator op = epilogue is { } e ? new Fused(conv, 3, e.Residual, e.Low, e.High) : conv;
                List<object?> inputs = [x, weight, bias ? S(outputs) : null];
                if (epilogue is { Residual: true })
                    inputs.Add(ResultShape(new ChannelsLast(conv), new Tensor(DType.F32, x).Type, new Tensor(DType.F32, weight).Type));
                return new(kernel, new ChannelsLast(op, epilogue is { Residual: true } ? 1UL | 1 << 3 : 1), [.. inputs], bias ? [1, 2] : [1]) { Tolerance = 9e-7f * (10 + x.Fixed[3]) };
            }

            yield return Case(S(2, 9, 11, 5), 7, [1, 1, 1, 1]);
            yield return Case(S(1, 8, 8, 16), 16, [1, 1, 1, 1], bias: false);
            yield return Case(S(1, 7, 6, 33), 70, [1, 1, 1, 1], epilogue: (true, 0, Unbounded));
            yield return Case(S(3, 5, 5, 12), 40, [1, 1, 1, 1], epilogue: (false, 0, 0.75f));
            yield return Case(S(1, 11, 6, 17), 130, [0, 0, 0, 0], bias: false, epilogue: (true, -1, 1));
            yield return Case(S(1, 5, 4, 6), 3, [2, 3, 4, 5], epilogue: (true, float.NegativeInfinity, Unbounded));
            yield return Case(S(1, 3, 3, 8), 8, [0, 0, 0, 0]);
            yield return Case(S(1, 1, 2, 8), 8, [1, 1, 1, 1]);
            yield return Case(S(2, 37, 35, 19), 9, [1, 1, 1, 1]);          // many blocks, one thread each
            yield return Case(S(1, 14, 14, 130), 150, [1, 1, 1, 1], epilogue: (true, 0, Unbounded));
        }
    }
}
