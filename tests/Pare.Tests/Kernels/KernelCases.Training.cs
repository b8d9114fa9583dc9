using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>What training computes of images with channels last.</summary>
internal static partial class KernelCases
{
    private static IEnumerable<KernelCase> LastGradients()
    {
        foreach ((Conv conv, Shape x, int outputs) in GradientConvolutions())
        {
            Shape first = ChannelsLast.Permuted(x, ChannelsLast.ToFirst(4));
            int[] kernel = [.. conv.Window.Kernel];
            Shape weight = S(outputs, first.Fixed[1] / conv.Groups, kernel[0], kernel[1]);
            Shape dy = ChannelsLast.Permuted(ResultShape(conv, new TensorType(DType.F32, first), new TensorType(DType.F32, weight)), ChannelsLast.ToLast(4));
            Tensor lengths = Lengths([.. first.Fixed.Select(d => (long)d)]);
            yield return new("conv-weight-gradient.last.f32", new ChannelsLast(new ConvWeightGradient(conv), 3, 0), [dy, x]) { Tolerance = 1e-4f };
            yield return new("conv-input-gradient.last.f32", new ChannelsLast(new ConvInputGradient(conv)), [dy, weight, lengths]);
            yield return new("conv-input-gradient.last.f32", new ChannelsLast(new Fused(new ConvInputGradient(conv), 3, true, 0, 1), 1 | 1 << 3), [dy, weight, lengths, x]);
        }
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        yield return new("conv-input-gradient.last.f32", new ChannelsLast(new ConvInputGradient(same)), [S(2, 9, 11, 7), S(7, 5, 3, 3), Lengths(2, 5, 9, 11)], [1]);
    }

    // Odd sizes, strides, groups, dilations, and paddings of which some rows of x or dy see nothing.
    private static IEnumerable<(Conv Conv, Shape X, int Outputs)> GradientConvolutions()
    {
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        yield return (same, S(2, 9, 11, 5), 7);
        yield return (same, S(3, 8, 8, 16), 16);
        yield return (same, S(2, 7, 5, 33), 70);
        yield return (same, S(5, 32, 32, 3), 16);
        yield return (new Conv { Window = Window.Square(1) }, S(2, 7, 9, 37), 50);
        yield return (new Conv { Window = Window.Square(1, 2) }, S(2, 7, 9, 4), 6);
        yield return (new Conv { Window = Window.Square(3, 2, 1) }, S(2, 9, 12, 16), 32);
        yield return (new Conv { Window = Window.Square(2, 2, 1) }, S(2, 8, 9, 3), 5);
        yield return (new Conv { Window = Window.Square(5) }, S(2, 12, 13, 1), 20);
        yield return (new Conv { Window = Window.Square(3, 1, 1), Groups = 3 }, S(2, 6, 5, 12), 51);
        yield return (new Conv { Window = Window.Square(3, 2, 1), Groups = 6 }, S(2, 9, 8, 6), 6);
        yield return (new Conv { Window = new Window([3, 4], [2, 3], [2, 3], [2, 1, 0, 3]) }, S(2, 15, 17, 4), 9);
        yield return (new Conv { Window = new Window([3, 3], [3, 2], [2, 2], [2, 3, 1, 0]), Groups = 2 }, S(2, 11, 14, 4), 6);
    }

    private static IEnumerable<KernelCase> LastTraining()
    {
        foreach (Shape x in new[] { S(4, 6, 7, 5), S(2, 9, 8, 48), S(3, 5, 5, 20), S(33, 16, 16, 16) })
        {
            Shape c = new([x[3]]);
            foreach ((bool residual, float low, float high) in new[] { (false, 0, float.PositiveInfinity), (true, 0, float.PositiveInfinity), (true, -0.5f, 0.5f) })
            {
                var fused = new ChannelsLast(new Fused(new BatchNormTraining(), 5, residual, low, high), residual ? 1UL | 1UL << 5 : 1);
                yield return new("batch-norm-training.last.f32", fused, residual ? [x, c, c, c, c, x] : [x, c, c, c, c], Outputs: 5) { Positive = [4] };
            }
            yield return new("batch-norm-training.last.f32", new ChannelsLast(new BatchNormTraining()), [x, c, c, c, c], [3, 4]) { Positive = [4] };
            yield return new("batch-norm-training-gradient.last.f32", new ChannelsLast(new BatchNormTrainingGradient(), 3), [x, x, c, c, c], Outputs: 3) { Tolerance = 3e-5f };
            Gated gated = new(new BatchNormTrainingGradient(), 5, 3, 0, float.PositiveInfinity);
            yield return new("batch-norm-training-gradient.last.f32", new ChannelsLast(gated, 0b100011), [x, x, c, c, c, x], Outputs: 3) { Tolerance = 3e-5f };
            yield return new("batch-norm-training-gradient.last.f32", new ChannelsLast(gated with { High = 0.5f }, 0b100011, 0b1001), [x, x, c, c, c, x], Outputs: 4) { Tolerance = 3e-5f };
        }
        foreach (Window window in new[] { Window.Square(2, 2), Window.Square(3, 2, 1), Window.Square(1, 2), new Window([2, 3], [1, 2], [2, 1], CeilMode: true) })
        {
            foreach (int channels in new[] { 3, 20, 32 })
            {
                Shape x = S(2, 9, 12, channels), dy = ChannelsLast.Permuted(OutputOf(window, S(2, channels, 9, 12)), ChannelsLast.ToLast(4));
                yield return new("max-pool-gradient.last.f32", new ChannelsLast(new MaxPoolGradient(new MaxPool { Window = window }), 3), [dy, x]);
                foreach (bool count in new[] { false, true })
                    yield return new("average-pool-gradient.last.f32", new ChannelsLast(new AveragePoolGradient(new AveragePool { Window = window, CountIncludePad = count })), [dy, Lengths(2, channels, 9, 12)]);
            }
        }
        yield return new("global-average-pool-gradient.last.f32", new ChannelsLast(new GlobalAveragePoolGradient()), [S(3, 1, 1, 37), Lengths(3, 37, 5, 7)]);
    }
}
