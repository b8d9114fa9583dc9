using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Operators of integers: kernels give the same integers as the definition.</summary>
internal static partial class KernelCases
{
    private static readonly IntegerResult Rectified = IntegerResult.Of(DType.U8, 3) with { Low = 3, High = 250 };

    private static IEnumerable<KernelCase> Integers() => [.. IntegerConvolutions(), .. IntegerProducts(), .. IntegerDepthwise(), .. IntegerElements(), .. IntegerPools(), .. ByteMoves()];

    private static IEnumerable<KernelCase> IntegerConvolutions()
    {
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        foreach ((DType type, int zero) in new[] { (DType.U8, 0), (DType.U8, 131), (DType.I8, -7), (DType.I8, 0) })
        {
            yield return Laid(same, type, zero, S(2, 9, 11, 5), S(7, 5, 3, 3));
            yield return Laid(same, type, zero, S(1, 7, 7, 16), S(16, 16, 3, 3), bias: false);
            yield return Laid(same with { Groups = 2 }, type, zero, S(2, 6, 5, 10), S(38, 5, 3, 3));
            yield return Laid(new Conv { Window = Window.Square(7, 2, 3) }, type, zero, S(1, 23, 19, 3), S(17, 3, 7, 7), oneFactor: true);
            yield return Laid(new Conv(), type, zero, S(2, 7, 9, 36), S(131, 36, 1, 1));
        }
        yield return Laid(same, DType.U8, 9, S(1, 6, 5, 33), S(70, 33, 3, 3), weights: DType.I16);
        yield return Laid(same, DType.I8, 9, S(3, 4, 5, 6), S(20, 6, 3, 3), weights: DType.I16, result: IntegerResult.Of(DType.I8, -5));
        yield return Laid(same, DType.U8, 128, S(2, 28, 28, 1), S(24, 1, 3, 3));
        yield return Laid(new Conv { Window = Window.Square(5) }, DType.I8, -128, S(1, 12, 12, 1), S(6, 1, 5, 5));
        yield return Laid(new Conv { Groups = 3 }, DType.U8, 5, S(2, 6, 5, 60), S(51, 20, 1, 1));
        yield return Laid(new Conv { Window = Window.Square(1, 2) }, DType.U8, 5, S(2, 9, 7, 8), S(8, 8, 1, 1));
        yield return Laid(new Conv { Window = Window.Square(3, 2) }, DType.U8, 77, S(2, 9, 7, 8), S(33, 8, 3, 3));
        yield return Laid(new Conv { Window = new Window(AutoPad: AutoPad.SameUpper, Strides: [2, 3]) }, DType.I8, 127, S(1, 10, 13, 2), S(4, 2, 4, 3));
        yield return Laid(new Conv { Window = new Window(Dilations: [2, 3], Pads: [2, 3, 1, 0]) }, DType.U8, 255, S(1, 11, 14, 4), S(65, 4, 3, 3));
        yield return Laid(new Conv { Window = new Window(Pads: [4, 5, 6, 4]) }, DType.U8, 40, S(1, 2, 3, 2), S(3, 2, 3, 3));
        yield return Laid(new Conv { Window = new Window(Strides: [2], Pads: [1, 1]) }, DType.U8, 40, S(2, 13, 6), S(9, 6, 3));
        yield return Laid(same, DType.U8, 4, S(1, 60, 70, 64), S(8, 64, 3, 3));       // more than one band
        yield return Laid(same, DType.I8, 4, S(1, 4, 4, 320), S(512, 320, 3, 3));     // slices of panels
        // Weights of few bits, and of few values.
        foreach ((int most, int step) in new[] { (7, 1), (1, 1), (127, 17) })
        {
            yield return Laid(same, DType.U8, 131, S(2, 9, 11, 5), S(7, 5, 3, 3), most: most, step: step);
            yield return Laid(same, DType.I8, -7, S(1, 14, 13, 64), S(131, 64, 3, 3), most: most, step: step);
            yield return Laid(new Conv(), DType.U8, 9, S(1, 7, 9, 36), S(51, 36, 1, 1), most: most, step: step);
            yield return Laid(new Conv(), DType.U8, 0, S(1, 7, 9, 64), S(40, 64, 1, 1), most: most, step: step);
            yield return Laid(same with { Groups = 2 }, DType.U8, 5, S(2, 6, 5, 40), S(38, 20, 3, 3), most: most, step: step);
        }

        // Mostly zeros.
        yield return Laid(same, DType.U8, 131, S(2, 9, 11, 5), S(7, 5, 3, 3), step: 100);
        yield return Laid(same, DType.I8, -7, S(1, 28, 27, 64), S(131, 64, 3, 3), step: 110, result: IntegerResult.Of(DType.I8, -5));
        yield return Laid(same, DType.U8, 4, S(2, 7, 7, 256), S(256, 256, 3, 3), step: 120, bias: false);
        yield return Laid(new Conv { Window = Window.Square(7, 2, 3) }, DType.U8, 9, S(1, 43, 39, 3), S(17, 3, 7, 7), step: 110);
        yield return Laid(new Conv { Window = Window.Square(1, 2) }, DType.U8, 5, S(2, 9, 7, 8), S(40, 8, 1, 1), step: 110);
        yield return Laid(new Conv(), DType.I8, 5, S(2, 9, 7, 72), S(32, 72, 1, 1), step: 110, oneFactor: true);
        yield return Laid(new Conv { Window = new Window(Dilations: [2, 3], Pads: [2, 3, 1, 0], Strides: [1, 2]) }, DType.U8, 255, S(1, 11, 14, 4), S(65, 4, 3, 3), step: 110);
        yield return Laid(new Conv { Window = new Window(Pads: [4, 5, 6, 4]) }, DType.U8, 40, S(1, 2, 3, 2), S(3, 2, 3, 3), step: 110);

        static KernelCase Laid(
            Conv conv, DType type, int zero, Shape x, Shape weight, bool bias = true, bool oneFactor = false, DType weights = DType.I8, IntegerResult? result = null,
            int most = 127, int step = 1)
        {
            long window = weight.Elements / weight.Fixed[0];
            Operator op = new ChannelsLast(new IntegerConv(conv, zero, result ?? Rectified));
            return new("conv-integer.last", op, Layer(type, zero, x, weights, weight, weight.Fixed[0], window, bias, oneFactor, most, step));
        }
    }

    private static IEnumerable<KernelCase> IntegerProducts()
    {
        foreach ((DType type, int zero) in new[] { (DType.U8, 0), (DType.U8, 131), (DType.I8, -7) })
        {
            foreach (bool transposed in new[] { false, true })
            {
                IntegerGemm gemm = new(transposed, zero, Rectified);
                yield return Of(gemm, type, S(1, 200), 70);
                yield return Of(gemm, type, S(13, 33), 10);
                yield return Of(gemm with { Result = IntegerResult.Of(DType.I8, -20) }, type, S(2, 3, 64), 37);
            }
        }
        yield return Of(new IntegerGemm(true, 3, Rectified), DType.U8, S(2, 1030), 1100);
        yield return Of(new IntegerGemm(true, 3, Rectified), DType.U8, S(5, 30), 11, DType.I16);

        static KernelCase Of(IntegerGemm gemm, DType type, Shape x, int outputs, DType weights = DType.I8)
        {
            int k = x.Fixed[^1];
            return new("gemm-integer", gemm, Layer(type, gemm.Zero, x, weights, gemm.TransB ? S(outputs, k) : S(k, outputs), outputs, k, bias: true, oneFactor: outputs == 10));
        }
    }

    private static IEnumerable<KernelCase> IntegerDepthwise()
    {
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        foreach ((DType type, int zero) in new[] { (DType.U8, 131), (DType.I8, -7) })
        {
            yield return Of(same, type, zero, S(2, 9, 11, 6));
            yield return Of(same, type, zero, S(1, 7, 10, 11));
            yield return Of(same, type, zero, S(1, 6, 7, 23), bias: false);
            yield return Of(same, type, zero, S(2, 5, 6, 70));
        }
        yield return Of(new Conv { Window = Window.Square(5, 2, 2) }, DType.U8, 0, S(1, 13, 14, 33), oneFactor: true);
        yield return Of(new Conv { Window = Window.Square(5, pad: 2) }, DType.U8, 7, S(2, 8, 13, 64));
        yield return Of(new Conv { Window = Window.Square(7, pad: 3) }, DType.I8, -9, S(1, 7, 7, 96));
        yield return Of(new Conv { Window = new Window(Kernel: [4, 1], Strides: [3, 2]) }, DType.U8, 60, S(2, 11, 9, 32));
        yield return Of(new Conv { Window = new Window(Kernel: [3, 2], Dilations: [2, 3], Pads: [2, 3, 1, 0]) }, DType.U8, 255, S(1, 11, 14, 130), oneFactor: true);
        yield return Of(new Conv { Window = Window.Square(3, 2, 1) }, DType.I8, 0, S(1, 60, 60, 64));
        yield return Of(new Conv { Window = new Window(Kernel: [2, 3], Dilations: [2, 3], Pads: [2, 3, 1, 0]) }, DType.U8, 255, S(1, 11, 14, 9), weights: DType.I16);

        static KernelCase Of(Conv conv, DType type, int zero, Shape x, bool bias = true, bool oneFactor = false, DType weights = DType.I8)
        {
            int channels = x.Fixed[^1];
            Shape weight = S(channels, 1, conv.Window.Kernel.IsEmpty ? 3 : conv.Window.Kernel[0], conv.Window.Kernel.IsEmpty ? 3 : conv.Window.Kernel[1]);
            Operator op = new ChannelsLast(new IntegerConv(conv with { Groups = channels }, zero, Rectified));
            return new("conv-integer-depthwise.last", op, Layer(type, zero, x, weights, weight, channels, weight.Elements / channels, bias, oneFactor));
        }
    }

    private static IEnumerable<KernelCase> IntegerElements()
    {
        Rng rng = new(5);
        IntegerResult whole = IntegerResult.Of(DType.I8, -3);
        foreach ((Shape a, Shape b) in new[]
        {
            (S(2, 7, 9, 5), S(2, 7, 9, 5)), (S(2, 70, 9, 65), S(65)), (S(37), S(2, 5, 37)), (S(2, 3, 5), S(1)), (S(2, 7, 9, 19), S(2, 1, 1, 19)),
            (S(2, 19, 7, 9), S(19, 1, 1)), (S(2, 1, 1, 33), S(2, 3, 5, 33)),
        })
        {
            Tensor left = Bytes(DType.U8, a, rng), right = Bytes(DType.I8, b, rng);
            yield return new("add-integer", new IntegerAdd(120, 0.7f, -5, 0.31f, Rectified), [left, right]);
            yield return new("add-integer", new IntegerAdd(-4, -0.25f, 128, 0.5f, whole), [right, left]);
            yield return new("multiply-integer", new IntegerMultiply(120, -5, 0.011f, Rectified), [left, right]);
            yield return new("multiply-integer", new IntegerMultiply(-4, 128, 0.0078125f, whole), [right, left]);
        }
        foreach (DType type in new[] { DType.U8, DType.I8 })
        {
            var table = new ValueList<int>([.. Enumerable.Range(0, 256).Select(i => i * 7 % 256 - 128)]);
            yield return new("table-integer", new IntegerTable(DType.I8, table), [Bytes(type, S(3, 61), rng)]);
            yield return new("table-integer", new IntegerTable(DType.I8, table), [Bytes(type, S(40000), rng)]);
        }
    }

    private static IEnumerable<KernelCase> IntegerPools()
    {
        Rng rng = new(6);
        foreach ((DType type, int zero) in new[] { (DType.U8, 131), (DType.I8, -7) })
        {
            foreach (int channels in new[] { 1, 3, 5, 11, 19, 64 })
            {
                Tensor x = Bytes(type, S(2, 8, 12, channels), rng);
                foreach (Window window in new[] { Window.Square(2, 2), Window.Square(3, 2, 1), new Window([2, 3], [1, 2], [1, 1], CeilMode: true) })
                {
                    yield return new("max-pool-integer.last", new ChannelsLast(new MaxPool { Window = window }), [x]);
                    yield return new("average-pool-integer.last", new ChannelsLast(new IntegerAveragePool(window, false, zero, 1.3f, Rectified)), [x]);
                    yield return new("average-pool-integer.last", new ChannelsLast(new IntegerAveragePool(window, true, zero, 1.3f, IntegerResult.Of(DType.I8, 5))), [x]);
                }
                yield return new("average-pool-integer.last", new ChannelsLast(new IntegerAveragePool(null, false, zero, 9, Rectified)), [x]);
            }
        }
    }

    private static IEnumerable<KernelCase> ByteMoves()
    {
        Rng rng = new(8);
        Tensor B(params ReadOnlySpan<int> dims) => Bytes(DType.I8, S(dims), rng);
        foreach (int channels in new[] { 3, 17, 40, 90 })
        {
            yield return new("concat.byte", new Concat(-1), [B(2, 5, 6, channels), B(2, 5, 6, 5), B(2, 5, 6, 33)]);
            yield return new("split.byte", new Split { Axis = 3 }, [B(2, 5, 6, channels + 21), Lengths(channels, 21)], Outputs: 2);
        }
        foreach ((int groups, int each) in new[] { (2, 16), (3, 20), (3, 5), (4, 33), (8, 16), (9, 17), (1, 40) })
            yield return new("channel-shuffle.byte", new ChannelShuffle(groups), [B(2, 5, 6, groups * each)]);
        yield return new("channel-shuffle.byte", new ChannelShuffle(3), [B(1, 40, 30, 60)]);
        yield return new("slice.byte", new Slice(), [B(5, 6, 7), Lengths(1, -1), Lengths(4, -6), Lengths(0, 2), Lengths(1, -2)]);
        yield return new("pad.byte", new Pad(), [B(2, 5, 6, 3), Lengths(0, 1, 2, 0, 0, 1, 0, 1), Tensor.Scalar((sbyte)-9)]);
        yield return new("transpose.byte", new Transpose { Order = new ValueList<int>([0, 3, 1, 2]) }, [B(2, 5, 6, 7)]);
    }

    // Picture, weight, bias and factors such that results use their range and go beyond.
    private static object?[] Layer(DType type, int zero, Shape x, DType weights, Shape weight, int channels, long window, bool bias, bool oneFactor, int most = 127, int step = 1)
    {
        Rng rng = new(3);
        if (weights == DType.I16) most = 3000;
        var factors = new Tensor(DType.F32, S(oneFactor ? 1 : channels));
        foreach (ref float factor in factors.Floats) factor = (0.5f + rng.NextSingle()) * 1.2f / (most * MathF.Sqrt(window));
        Tensor? sums = bias ? new Tensor(DType.I32, S(channels)) : null;
        if (sums is not null)
        {
            foreach (ref int sum in sums.As<int>()) sum = rng.NextInt32(2 * most * 100) - most * 100;
        }
        return [Bytes(type, x, rng), Codes(weights, weight, most, step, rng), sums, factors];
    }

    private static Tensor Bytes(DType type, Shape shape, Rng rng)
    {
        var bytes = new Tensor(type, shape);
        foreach (ref byte value in bytes.Bytes) value = (byte)rng.NextInt32(256);
        return bytes;
    }

    private static Tensor Codes(DType type, Shape shape, int most, int step, Rng rng)
    {
        var codes = new Tensor(type, shape);
        var to = new Wholes(codes);
        for (int i = 0; i < to.Length; i++) to[i] = (rng.NextInt32(2 * most + 1) - most) / step * step;
        return codes;
    }
}
