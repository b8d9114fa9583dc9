using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Depthwise convolutions of images with channels last.</summary>
internal static partial class KernelCases
{
    private static IEnumerable<KernelCase> DepthwiseConvolutions()
    {
        const float Unbounded = float.PositiveInfinity;
        Conv same = new() { Window = Window.Square(3, pad: 1) }, half = new() { Window = Window.Square(3, 2, 1) };
        yield return Depthwise(same, S(2, 9, 11, 5));
        yield return Depthwise(same, S(2, 9, 11, 5), constant: false);
        yield return Depthwise(same, S(1, 7, 7, 16), bias: false);
        yield return Depthwise(same, S(1, 7, 7, 48), epilogue: (true, float.NegativeInfinity, Unbounded));
        yield return Depthwise(same, S(1, 5, 25, 60), epilogue: (false, 0, 6));
        yield return Depthwise(same, S(2, 14, 14, 30), epilogue: (true, 0, Unbounded));
        yield return Depthwise(same, S(1, 3, 1, 19), epilogue: (false, float.NegativeInfinity, 0.25f));
        yield return Depthwise(same, S(3, 36, 35, 69));
        yield return Depthwise(half, S(2, 9, 11, 21), epilogue: (false, 0, Unbounded));
        yield return Depthwise(half, S(1, 8, 36, 33), constant: false, epilogue: (true, 0, 1));
        yield return Depthwise(same, S(2, 9, 6, 7), outputs: 2);
        yield return Depthwise(half, S(2, 9, 6, 11), outputs: 3, epilogue: (true, 0, Unbounded));
        yield return Depthwise(new Conv { Window = Window.Square(5, pad: 2) }, S(1, 12, 13, 37), epilogue: (true, 0, Unbounded));
        yield return Depthwise(new Conv { Window = Window.Square(5, 2, 2) }, S(1, 13, 12, 20));
        yield return Depthwise(new Conv { Window = Window.Square(7, pad: 3) }, S(1, 5, 4, 20), constant: false);
        yield return Depthwise(new Conv { Window = new Window([1, 1]) }, S(1, 5, 4, 20));
        yield return Depthwise(new Conv { Window = new Window([4, 3], AutoPad: AutoPad.SameUpper, Strides: [2, 3]) }, S(1, 10, 13, 9));
        yield return Depthwise(new Conv { Window = new Window([3, 3], Dilations: [2, 3], Pads: [2, 3, 1, 0]) }, S(1, 11, 24, 18));
        yield return Depthwise(new Conv { Window = new Window([3, 3], Pads: [4, 5, 6, 4]) }, S(1, 2, 3, 17));
    }

    private static IEnumerable<KernelCase> DepthwiseGradients()
    {
        (Window Window, Shape X)[] cases =
        [
            (Window.Square(3, pad: 1), S(2, 9, 11, 5)),
            (Window.Square(3, pad: 1), S(3, 20, 17, 37)),
            (Window.Square(3, pad: 1), S(1, 36, 35, 69)),
            (Window.Square(3, 2, 1), S(2, 9, 12, 21)),
            (Window.Square(3, 2, 1), S(3, 8, 36, 33)),
            (Window.Square(3, 2, 1), S(1, 1, 1, 16)),
            (new Window([3, 3], AutoPad: AutoPad.SameUpper, Strides: [2, 2]), S(2, 16, 16, 32)),
            (Window.Square(5, pad: 2), S(1, 12, 13, 37)),
            (Window.Square(5, 2, 2), S(2, 13, 12, 20)),
            (Window.Square(2, 3), S(1, 8, 13, 6)),
            (new Window([4, 3], Strides: [2, 3], Dilations: [3, 2], Pads: [2, 3, 1, 0]), S(1, 14, 23, 18)),
            (new Window([3, 3], Strides: [2, 4], Dilations: [2, 2], Pads: [1, 1, 1, 1]), S(1, 14, 23, 18)),
            (new Window([3, 3], Pads: [4, 5, 6, 4]), S(1, 2, 3, 17)),
        ];
        foreach ((Window window, Shape x) in cases)
        {
            int channels = x.Fixed[3];
            Conv conv = new() { Window = window, Groups = channels };
            Shape weight = S(channels, 1, window.Kernel[0], window.Kernel[1]);
            Shape dy = ResultShape(new ChannelsLast(conv), new TensorType(DType.F32, x), new TensorType(DType.F32, weight));
            Tensor shape = Lengths(x.Fixed[0], channels, x.Fixed[1], x.Fixed[2]);
            ChannelsLast input = new(new ConvInputGradient(conv), Images: 1, Results: 1), weights = new(new ConvWeightGradient(conv), Images: 3, Results: 0);
            yield return new("conv-depthwise-input-gradient.last.f32", input, [dy, weight, shape]);
            yield return new("conv-depthwise-input-gradient.last.f32", input, [dy, weight, shape], [1]);
            Fused sum = new(new ConvInputGradient(conv), 3, Residual: true, 0, float.PositiveInfinity);
            yield return new("conv-depthwise-input-gradient.last.f32", new ChannelsLast(sum, Images: 0b1001), [dy, weight, shape, x]);
            yield return new("conv-depthwise-weight-gradient.last.f32", weights, [dy, x]) { Tolerance = 3e-5f };
        }
    }

    private static KernelCase Depthwise(
        Conv window, Shape x, bool bias = true, bool constant = true, int outputs = 1, (bool Residual, float Low, float High)? epilogue = null)
    {
        int channels = x.Fixed[3];
        Conv conv = window with { Groups = channels };
        Shape weight = S(channels * outputs, 1, conv.Window.Kernel[0], conv.Window.Kernel[1]);
        List<object?> inputs = [x, weight, bias ? S(channels * outputs) : null];
        ulong images = 1;
        if (epilogue is { Residual: true })
        {
            inputs.Add(ResultShape(new ChannelsLast(conv), new TensorType(DType.F32, x), new TensorType(DType.F32, weight)));
            images |= 1 << 3;
        }
        Operator op = epilogue is { } e ? new Fused(conv, 3, e.Residual, e.Low, e.High) : conv;
        return new("conv-depthwise.last.f32", new ChannelsLast(op, images), [.. inputs], constant ? bias ? [1, 2] : [1] : []);
    }
}
