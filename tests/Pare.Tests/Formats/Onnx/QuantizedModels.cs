using Pare.Encodings;
using Pare.Operators;

namespace Pare.Tests.Formats.Onnx;

/// <summary>Small quantized networks, as methods will make them: weights as integers, values between QuantizeLinear and DequantizeLinear.</summary>
internal static class QuantizedModels
{
    /// <summary>Conv, Relu, Conv and a residual addition, pooling, Gemm, MatMul; every layer quantized.</summary>
    public static Model Network(int bits = 8, int opset = 17, DType values = DType.U8, bool perChannel = true)
    {
        var editor = new ModelEditor { Metadata = Metadata.Empty with { Opset = opset } };
        string x = Quantized(editor, editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 3, 6, 6))), "x", 0.03f, values, isPositive: false);
        string a = editor.Add(new Conv { Window = Window.Square(3, pad: 1) }, "conv1", x, Weight(editor, "conv1.weight", bits, perChannel ? 0 : -1, 8, 3, 3, 3), Bias(editor, "conv1.bias", 8));
        a = Quantized(editor, editor.Add(new Unary(UnaryFunctions.Relu), "relu1", a), "a", 0.02f, values, isPositive: true);
        string b = editor.Add(new Conv { Window = Window.Square(3, pad: 1) }, "conv2", a, Weight(editor, "conv2.weight", bits, perChannel ? 0 : -1, 8, 8, 3, 3), Bias(editor, "conv2.bias", 8));
        b = Quantized(editor, b, "b", 0.05f, values, isPositive: false);
        string sum = Quantized(editor, editor.Add(new Unary(UnaryFunctions.Relu), "relu2", editor.Add(new Binary(BinaryFunctions.Add), "add", a, b)), "sum", 0.03f, values, isPositive: true);
        string pooled = Quantized(editor, editor.Add(new GlobalAveragePool(), "pool", sum), "pooled", 0.02f, values, isPositive: true);
        string flat = Quantized(editor, editor.Add(new Flatten(), "flatten", pooled), "flat", 0.02f, values, isPositive: true);
        string fc = editor.Add(new Gemm { TransB = true }, "fc", flat, Weight(editor, "fc.weight", bits, perChannel ? 0 : -1, 6, 8), Bias(editor, "fc.bias", 6));
        string last = editor.Add(new MatMul(), "last", Quantized(editor, fc, "fc", 0.05f, values, isPositive: false), Weight(editor, "last.weight", bits, perChannel ? 1 : -1, 6, 5));
        editor.AddOutput(Quantized(editor, last, "y", 0.1f, values, isPositive: false));
        return editor.Build();
    }

    /// <summary>A layer without quantized values: x [N, 16] times a weight.</summary>
    public static Model Line(WeightEncoding weight, int opset = 17)
    {
        var editor = new ModelEditor { Metadata = Metadata.Empty with { Opset = opset } };
        editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), weight.Shape[0]])));
        editor.SetWeight("w", weight);
        editor.AddOutput(editor.Add(new MatMul(), "y", "x", "w"));
        return editor.Build();
    }

    /// <summary>QuantizeLinear and DequantizeLinear behind a value.</summary>
    public static string Quantized(ModelEditor editor, string value, string name, float scale, DType type, bool isPositive)
    {
        string s = editor.SetConstant($"{name}_s", Tensor.Scalar(scale));
        (long least, long most) = Quantization.Range(type);
        var zero = new Tensor(type, Shape.Scalar);
        new Wholes(zero)[0] = isPositive ? least : (least + most + 1) / 2;
        string z = editor.SetConstant($"{name}_z", zero);
        return editor.Add(new DequantizeLinear(), $"{name}_dq", editor.Add(new QuantizeLinear(), $"{name}_q", value, s, z), s, z);
    }

    public static Scaled Integers(int bits, int axis, int block, params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        var rng = new Rng(5, (ulong)shape.Elements);
        int most = bits == 1 ? 0 : (1 << (bits - 1)) - 1, least = bits == 1 ? -1 : -most;
        Integer codes = Integer.Of(shape, bits, [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => least + rng.NextInt32(most - least + 1))], 0, isSigned: true);
        Shape scales = Scaled.ScaleShape(shape, axis, block);
        return new Scaled(axis, new Dense(scales, Enumerable.Range(0, (int)scales.Elements).Select(i => (0.5f + i % 7 / 7f) / (most + 1)).ToArray()), codes, block);
    }

    private static string Weight(ModelEditor editor, string name, int bits, int axis, params int[] dims) => editor.SetWeight(name, Integers(bits, axis, 0, dims));

    private static string Bias(ModelEditor editor, string name, int count)
    {
        var rng = new Rng(6, (ulong)count);
        return editor.SetWeight(name, new Dense(Shape.Of(count), Enumerable.Range(0, count).Select(_ => (float)rng.NextNormal() * 0.2f).ToArray()));
    }
}
