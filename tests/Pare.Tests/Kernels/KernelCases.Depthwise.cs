using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Depthwise convolutions of images with channels last.</summary>
internal static partial class KernelCases
{
    private static IEnumerable<KernelCase> DepthwiseConvolutions()
    {
        const float All = float.PositiveInfinity;
        Conv same = new() { Window = Window.Square(3, pad: 1) }, half = new() { Window = Window.Square(3, 2, 1) };
        yield return Depthwise(same, S(2, 9, 11, 5));
        yield return Depthwise(same, S(2, 9, 11, 5), constant: false);
        yield return Depthwise(same, S(1, 7, 7, 16), bias: false);
        yield return Depthwise(same, S(1, 7, 7, 48), epilogue: (true, float.NegativeInfinity, All));
        yield return Depthwise(same, S(1, 5, 25, 60), epilogue: (false, 0, 6));
        yield return Depthwise(same, S(2, 14, 14, 30), epilogue: (true, 0, All));
        yield return Depthwise(same, S(1, 3, 1, 19), epilogue: (false, float.NegativeInfinity, 0.25f));
        yield return Depthwise(same, S(3, 36, 35, 69));
        yield return Depthwise(half, S(2, 9, 11, 21), epilogue: (false, 0, All));
        yield return Depthwise(half, S(1, 8, 36, 33), constant: false, epilogue: (true, 0, 1));
        yield return Depthwise(same, S(2, 9, 6, 7), outputs: 2);
        yield return Depthwise(half, S(2, 9, 6, 11), outputs: 3, epilogue: (true, 0, All));
        yield return Depthwise(new Conv { Window = Window.Square(5, pad: 2) }, S(1, 12, 13, 37), epilogue: (true, 0, All));
        yield return Depthwise(new Conv { Window = Window.Square(5, 2, 2) }, S(1, 13, 12, 20));
        yield return Depthwise(new Conv { Window = Window.Square(7, pad: 3) }, S(1, 5, 4, 20), constant: false);
        yield return Depthwise(new Conv { Window = new Window([1, 1]) }, S(1, 5, 4, 20));
        yield return Depthwise(new Conv { Window = new Window([4, 3], AutoPad: AutoPad.SameUpper, Strides: [2, 3]) }, S(1, 10, 13, 9));
        yield return Depthwise(new Conv { Window = new Window([3, 3], Dilations: [2, 3], Pads: [2, 3, 1, 0]) }, S(1, 11, 24, 18));
        yield return Depthwise(new Conv { Window = new Window([3, 3], Pads: [4, 5, 6, 4]) }, S(1, 2, 3, 17));
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
