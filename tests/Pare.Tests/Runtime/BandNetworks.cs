using Pare.Operators;
using Pare.Tests.Lowering;

namespace Pare.Tests.Runtime;

/// <summary>A convolution of a test network.</summary>
/// <param name="Outputs">Output channels; 0 for depthwise, -1 for a maximum, -2 for a mean.</param>
/// <param name="Height">Rows of the window.</param>
/// <param name="Width">Columns of the window.</param>
/// <param name="Stride">Of both axes.</param>
/// <param name="Pad">Above and on the left; below and on the right as well unless <paramref name="PadAfter"/> says otherwise.</param>
internal sealed record BandLayer(int Outputs, int Height, int Width, int Stride = 1, int Pad = 0, int? PadAfter = null, int Dilation = 1, int Groups = 1, bool Relu = false);

/// <summary>Networks of convolutions in a row.</summary>
internal static class BandNetworks
{
    /// <summary>MobileNet's parts, low rank's, and what is odd.</summary>
    public static IEnumerable<(Shape Input, BandLayer[] Layers)> All()
    {
        yield return (Shape.Of(1, 5, 19, 17), [new(16, 3, 3, 2, 1, Relu: true), new(0, 3, 3, 1, 1, Relu: true), new(24, 1, 1, Relu: true), new(0, 3, 3, 2, 1), new(7, 1, 1)]);
        yield return (Shape.Of(2, 40, 13, 12), [new(20, 1, 1), new(24, 3, 3, 1, 1, Relu: true), new(40, 1, 1)]);
        yield return (Shape.Of(3, 16, 11, 9), [new(12, 3, 1, Pad: 1), new(16, 1, 3, Pad: 1)]);
        yield return (Shape.Of(1, 64, 22, 21), [new(48, 3, 3, 1, 1), new(64, 3, 3, 1, 1, Relu: true), new(64, 1, 1)]);
        yield return (Shape.Of(2, 64, 18, 18), [new(64, 1, 1), new(64, 3, 3, 1, 1), new(64, 3, 3, 1, 0)]);
        yield return (Shape.Of(1, 6, 23, 10), [new(8, 5, 5, 3, 2), new(0, 5, 5, 1, 2), new(9, 3, 3, 1, 2, Dilation: 2)]);
        yield return (Shape.Of(2, 6, 9, 9), [new(8, 1, 1), new(8, 3, 3, 3, 0), new(12, 1, 1)]);
        yield return (Shape.Of(1, 8, 17, 8), [new(8, 1, 1), new(8, 1, 1, 3), new(8, 3, 3, 1, 1, Groups: 2), new(4, 2, 2, 2, 0, PadAfter: 1)]);
        yield return (Shape.Of(1, 4, 3, 3), [new(6, 3, 3, 1, 3, PadAfter: 4), new(5, 3, 3, 2, 2), new(0, 3, 3, 1, 1)]);
        yield return (Shape.Of(2, 3, 29, 20), [new(20, 7, 7, 2, 3, Relu: true), new(-1, 3, 3, 2, 1), new(16, 3, 3, 1, 1), new(-2, 2, 2, 2, 0)]);
        yield return (Shape.Of(1, 48, 21, 22), [new(48, 3, 3, 1, 1, Relu: true), new(-1, 2, 2, 2, 0), new(48, 3, 3, 1, 1), new(-2, 3, 3, 1, 1), new(6, 1, 1)]);
        yield return (Shape.Of(2, 3, 1, 1), [new(5, 1, 1), new(0, 3, 3, 1, 1), new(3, 1, 1)]);
    }

    /// <summary>A network.</summary>
    /// <param name="input">[N, C, H, W].</param>
    /// <param name="layers">The convolutions.</param>
    /// <param name="alsoOut">Convolutions whose results are outputs too.</param>
    public static Model Of(Shape input, BandLayer[] layers, params int[] alsoOut)
    {
        var editor = new ModelEditor();
        string at = editor.AddInput("x", new TensorType(DType.F32, input));
        int channels = input.Fixed[1];
        for (int i = 0; i < layers.Length; i++)
        {
            at = Add(editor, $"c{i}", at, layers[i], ref channels, (ulong)i);
            if (alsoOut.Contains(i)) editor.AddOutput(at);
        }
        editor.AddOutput(at);
        return editor.Build();
    }

    /// <summary>A network that is quantized: its values are bytes, its weights codes of 8 bits.</summary>
    /// <param name="input">[N, C, H, W].</param>
    /// <param name="layers">The convolutions.</param>
    public static Model Quantized(Shape input, BandLayer[] layers)
    {
        var editor = new ModelEditor();
        int channels = input.Fixed[1];
        string at = editor.Simulate(editor.AddInput("x", new TensorType(DType.F32, input)), 0.004f, 128);
        (float Scale, int Zero) form = (0.004f, 128);
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i].Outputs != -1) form = (0.01f * (i + 1), 120);    // a maximum keeps what it has
            at = editor.Simulate(Add(editor, $"c{i}", at, layers[i], ref channels, (ulong)i, quantized: true), form.Scale, form.Zero);
        }
        editor.AddOutput(at);
        return editor.Build();
    }

    /// <summary>Adds a convolution.</summary>
    public static string Add(ModelEditor editor, string name, string at, BandLayer layer, ref int channels, ulong seed, bool quantized = false)
    {
        if (layer.Outputs < 0)
        {
            var pool = new Window([layer.Height, layer.Width], [layer.Stride, layer.Stride], [], [layer.Pad, layer.Pad, layer.PadAfter ?? layer.Pad, layer.PadAfter ?? layer.Pad]);
            return editor.Add(layer.Outputs == -1 ? new MaxPool { Window = pool } : new AveragePool { Window = pool, CountIncludePad = true }, name, at);
        }
        int groups = layer.Outputs == 0 ? channels : layer.Groups, outputs = layer.Outputs == 0 ? channels : layer.Outputs, after = layer.PadAfter ?? layer.Pad;
        int top = layer.Height == 1 ? 0 : layer.Pad, left = layer.Width == 1 ? 0 : layer.Pad, below = layer.Height == 1 ? 0 : after, right = layer.Width == 1 ? 0 : after;
        var conv = new Conv { Window = new Window([layer.Height, layer.Width], [layer.Stride, layer.Stride], [layer.Dilation, layer.Dilation], [top, left, below, right]), Groups = groups };
        at = editor.Add(conv, name, at, Weight(outputs, channels / groups, layer.Height, layer.Width), Weight(outputs));
        channels = outputs;
        return layer.Relu ? editor.Add(new Unary(UnaryFunctions.Relu), $"{name}.relu", at) : at;

        string Weight(params int[] dims)
        {
            if (quantized && dims.Length > 1) return editor.Weight(0, dims);
            var shape = Shape.Of(dims);
            var rng = new Rng(seed + 5);
            return editor.SetWeight(editor.FreshValue("w"), new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(_ => rng.NextSingle() - 0.5f).ToArray()));
        }
    }
}
