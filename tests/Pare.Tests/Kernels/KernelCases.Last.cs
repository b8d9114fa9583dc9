using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Convolutions of images with channels last.</summary>
internal static partial class KernelCases
{
    private static IEnumerable<KernelCase> LastConvolutions()
    {
        const float Unbounded = float.PositiveInfinity;
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        KernelCase Case(Conv conv, Shape x, Shape weight, bool bias = true, bool constant = true, (bool Residual, float Low, float High)? epilogue = null)
        {
            Operator op = epilogue is { } e ? new Fused(conv, 3, e.Residual, e.Low, e.High) : conv;
            List<object?> inputs = [x, weight, bias ? S(weight.Fixed[0]) : null];
            ulong images = 1;
            if (epilogue is { Residual: true })
            {
                Tensor place = new(DType.F32, x), w = new(DType.F32, weight);
                inputs.Add(ResultShape(new ChannelsLast(conv), place.Type, w.Type));
                images |= 1 << 3;
            }
            return new("conv.last.f32", new ChannelsLast(op, images), [.. inputs], constant ? bias ? [1, 2] : [1] : []);
        }

        yield return Case(same, S(2, 9, 11, 5), S(7, 5, 3, 3));
        yield return Case(same, S(2, 9, 11, 5), S(7, 5, 3, 3), constant: false);
        yield return Case(same, S(1, 7, 7, 16), S(16, 16, 3, 3), bias: false);
        yield return Case(same, S(1, 6, 5, 33), S(70, 33, 3, 3), epilogue: (true, 0, Unbounded));
        yield return Case(same, S(1, 6, 5, 33), S(70, 33, 3, 3), epilogue: (true, float.NegativeInfinity, Unbounded));
        yield return Case(same, S(3, 5, 5, 12), S(40, 12, 3, 3), epilogue: (false, 0, 0.75f), constant: false);
        yield return Case(new Conv(), S(2, 7, 9, 37), S(131, 37, 1, 1), epilogue: (false, 0, Unbounded));
        yield return Case(new Conv { Groups = 3 }, S(2, 6, 5, 60), S(51, 20, 1, 1), epilogue: (true, -1, 1));
        yield return Case(same with { Groups = 2 }, S(2, 6, 5, 10), S(38, 5, 3, 3));
        yield return Case(same with { Groups = 6 }, S(2, 9, 11, 6), S(6, 1, 3, 3));
        yield return Case(new Conv { Window = Window.Square(7, 2, 3) }, S(1, 23, 19, 3), S(17, 3, 7, 7), epilogue: (false, 0, 6));
        yield return Case(new Conv { Window = new Window(AutoPad: AutoPad.SameUpper, Strides: [2, 3]) }, S(1, 10, 13, 2), S(4, 2, 4, 3));
        yield return Case(new Conv { Window = new Window(Dilations: [2, 3], Pads: [2, 3, 1, 0]) }, S(1, 11, 14, 4), S(65, 4, 3, 3));
        yield return Case(new Conv { Window = new Window(Pads: [4, 5, 6, 4]) }, S(1, 2, 3, 2), S(3, 2, 3, 3));
        yield return Case(same, S(1, 4, 4, 320), S(48, 320, 3, 3), epilogue: (true, 0, Unbounded)) with { Tolerance = 5e-5f };
    }

    private static IEnumerable<KernelCase> IntoChannelsCases()
    {
        Fused clipped = new(new Conv { Window = Window.Square(3, pad: 1) }, 3, false, 0, 1);
        yield return new("conv.last.f32", new IntoChannels(new ChannelsLast(clipped), 3, 5, 21, 30), [S(2, 6, 7, 9), S(21, 9, 3, 3), S(21), S(2, 6, 7, 30)], [1, 2]);
        yield return new("conv.last.f32", new IntoChannels(new ChannelsLast(new Conv()), 3, 0, 33, 40), [S(1, 3, 4, 7), S(33, 7, 1, 1), null, S(1, 3, 4, 40)], [1]);
        foreach (int size in new[] { 2, 4 })
            yield return new($"conv-winograd-{size}.last.f32", new IntoChannels(new ChannelsLast(clipped), 3, 5, 21, 30), [S(2, 6, 7, 9), S(21, 9, 3, 3), S(21), S(2, 6, 7, 30)], [1, 2]) { Tolerance = 1e-4f };
        yield return new("copy-into.f32", new IntoChannels(new Identity(), 1, 3, 8, 11), [S(2, 3, 4, 8), S(2, 3, 4, 11)]);
    }

    private static Shape ResultShape(Operator op, params TensorType[] inputs)
    {
        ModelEditor editor = new();
        string[] names = [.. inputs.Select((t, i) => editor.AddInput($"x{i}", t))];
        editor.AddOutput(editor.Add(op, "y", names));
        Model model = editor.Build();
        return model.Types[model.Outputs[0]].Shape;
    }
}
