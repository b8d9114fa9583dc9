using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Operators on signs: kernels give the same bits, and the same floats to the last bit, as the definition.</summary>
internal static partial class KernelCases
{
    private static readonly (BinaryResult Result, string Name)[] BinaryResults = [(new BinaryResult(true), "bits"), (new BinaryResult(false), "floats")];

    private static IEnumerable<KernelCase> Binaries() => [.. BinaryConvolutions(), .. BinaryProducts(), .. Binarizations()];

    private static IEnumerable<KernelCase> BinaryConvolutions()
    {
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        foreach ((BinaryResult result, _) in BinaryResults)
        {
            foreach (string kernel in new[] { "conv-binary.last", "conv-binary-outputs.last", "conv-binary-words.last" })
            {
                yield return Of(kernel, same, result, S(2, 9, 11, 5), 7);
                yield return Of(kernel, same, result, S(1, 28, 28, 40), 20);
                yield return Of(kernel, same, result, S(1, 14, 14, 40), 35);
                yield return Of(kernel, same, result, S(1, 7, 7, 33), 32);
                yield return Of(kernel, same, result, S(3, 4, 5, 128), 33);
                yield return Of(kernel, same, result, S(1, 3, 3, 1110), 40);   // more than what stays near
                yield return Of(kernel, same, result, S(1, 57, 63, 9), 5);
                if (kernel != "conv-binary-outputs.last") yield return Of(kernel, same with { Groups = 2 }, result, S(2, 6, 5, 64), 38);
                yield return Of(kernel, new Conv { Window = Window.Square(7, 2, 3) }, result, S(1, 23, 19, 3), 17);
                yield return Of(kernel, new Conv(), result, S(2, 7, 9, 36), 131);
                yield return Of(kernel, new Conv { Window = Window.Square(5) }, result, S(1, 12, 12, 40), 6);
                yield return Of(kernel, new Conv { Window = Window.Square(1, 2) }, result, S(2, 9, 7, 8), 8);
                yield return Of(kernel, new Conv { Window = Window.Square(3, 2, 1) }, result, S(2, 9, 8, 70), 33);
                yield return Of(kernel, new Conv { Window = new Window(AutoPad: AutoPad.SameUpper, Strides: [2, 3]) }, result, S(1, 10, 13, 2), 4, 4, 3);
                yield return Of(kernel, new Conv { Window = new Window(Dilations: [2, 3], Pads: [2, 3, 1, 0]) }, result, S(1, 11, 14, 4), 65, 3, 3);
                yield return Of(kernel, new Conv { Window = new Window(Dilations: [3, 10]) }, result, S(1, 11, 44, 4), 3, 3, 3);
                yield return Of(kernel, new Conv { Window = new Window(Pads: [4, 5, 6, 4]) }, result, S(1, 2, 3, 2), 3, 3, 3);
                yield return Of(kernel, new Conv { Window = new Window(Pads: [0, 70, 0, 75]) }, result, S(1, 3, 3, 2), 3, 1, 40);
                yield return Of(kernel, new Conv { Window = new Window(Pads: [2, 2, 2, 2]) }, result, S(1, 5, 14, 6), 4, 1, 1);
                yield return Of(kernel, new Conv(), result, S(2, 6, 5, 40), 50, 6, 5);
                yield return Of(kernel, new Conv { Window = new Window(Pads: [0, 3, 0, 3]) }, result, S(1, 1, 40, 3640), 2, 1, 9);   // the longest sums
            }
        }

        static KernelCase Of(string kernel, Conv conv, BinaryResult result, Shape x, int outputs, int height = 0, int width = 0)
        {
            int channels = x.Fixed[3], side = conv.Window.Kernel.IsEmpty ? 1 : conv.Window.Kernel[0];
            (height, width) = (height > 0 ? height : side, width > 0 ? width : side);
            Operator op = new ChannelsLast(new BinaryConv(conv, channels, result));
            Shape weight = S(outputs, channels / conv.Groups, height, width);
            return new(kernel, op, [Words(x), weight, .. Ends(result, outputs, weight.Elements / outputs)], [1]) { Signs = [1], Tolerance = 0 };
        }
    }

    private static IEnumerable<KernelCase> BinaryProducts()
    {
        foreach ((BinaryResult result, _) in BinaryResults)
        {
            foreach (string kernel in new[] { "gemm-binary", "gemm-binary-outputs", "gemm-binary-words" })
            {
                yield return Of(kernel, result, S(1, 200), 70);
                yield return Of(kernel, result, S(13, 33), 10);
                yield return Of(kernel, result, S(2, 3, 64), 37);
                yield return Of(kernel, result, S(300, 128), 64);
                yield return Of(kernel, result, S(2, 1030), 1100);
            }
        }

        static KernelCase Of(string kernel, BinaryResult result, Shape x, int outputs) =>
            new(kernel, new BinaryGemm(result), [Words(x), S(outputs, x.Fixed[^1]), .. Ends(result, outputs, x.Fixed[^1])], [1]) { Signs = [1], Tolerance = 0 };
    }

    private static IEnumerable<KernelCase> Binarizations()
    {
        foreach (int channels in new[] { 1, 5, 31, 32, 33, 64, 100, 513 })
        {
            yield return new("binarize.last.f32", new ChannelsLast(new Binarize(1)), [S(2, 5, 7, channels)]) { Special = (0, 3, -0f) };
            yield return new("binarize.f32", new Binarize(1), [S(9, channels)]) { Special = (0, 4, float.NaN) };
        }
    }

    // Words of random signs; bits beyond the last number are 0.
    private static Tensor Words(Shape x)
    {
        Rng rng = new(9);
        int last = x.Rank - 1;
        var numbers = new Tensor(DType.F32, x);
        foreach (ref float number in numbers.Floats) number = rng.NextSingle() - 0.4f;
        var words = new Tensor(DType.U32, x.With(last, Signs.Words(x.Fixed[last])));
        Signs.Pack(numbers, last, words);
        return words;
    }

    // Limits about where sums are, and beyond all of them; or factors of both signs and biases.
    private static object?[] Ends(BinaryResult result, int outputs, long terms)
    {
        Rng rng = new(4);
        int most = (int)Math.Sqrt(terms) + 1;
        if (result.IsBits)
            return [Tensor.Vector<int>([.. Enumerable.Range(0, outputs).Select(o => o % 9 == 7 ? (int)-terms : o % 9 == 8 ? (int)terms + 1 : rng.NextInt32(2 * most) - most)])];
        Tensor factors = Tensor.Vector<float>([.. Enumerable.Range(0, outputs).Select(_ => rng.NextSingle() - 0.5f)]);
        return [factors, outputs % 2 == 0 ? null : Tensor.Vector<float>([.. Enumerable.Range(0, outputs).Select(_ => 10 * rng.NextSingle() - 5)])];
    }
}
