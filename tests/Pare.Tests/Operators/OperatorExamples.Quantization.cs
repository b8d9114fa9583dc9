using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> Quantized()
    {
        Tensor x = Singles(2, 4, 3), one = Tensor.Scalar(0.01f), channels = Tensor.Vector(0.01f, 0.02f, 0.03f, 0.005f), blocks = Singles(2, 2, 3, 0.02f);
        yield return new(new QuantizeLinear(), [x, one, Tensor.Scalar<byte>(128)]) { OldestOpset = 10, OpenBatch = true };
        yield return new(new QuantizeLinear(), [x, one], "no zero point") { OldestOpset = 10 };
        yield return new(new QuantizeLinear { To = DType.I16 }, [x, one], "16 bits") { OldestOpset = 21 };
        yield return new(new QuantizeLinear { Axis = -2 }, [x, channels, Tensor.Vector<sbyte>(1, -2, 3, 0)], "axis") { OldestOpset = 13 };
        yield return new(new QuantizeLinear { Block = 2 }, [x, blocks], "blocks") { OldestOpset = 21 };
        Tensor codes = Codes<byte>(v => (byte)v, 2, 4, 3), signed = Codes<sbyte>(v => (sbyte)(v - 60), 2, 4, 3);
        yield return new(new DequantizeLinear(), [codes, one, Tensor.Scalar<byte>(128)]) { OldestOpset = 10 };
        yield return new(new DequantizeLinear(), [Codes(v => v * 1000, 2, 3), one], "32 bits") { OldestOpset = 10 };
        yield return new(new DequantizeLinear { Axis = 1 }, [signed, channels, Tensor.Vector<sbyte>(1, -2, 3, 0)], "axis") { OldestOpset = 13 };
        yield return new(new DequantizeLinear { Axis = 1, Block = 3 }, [Codes<short>(v => (short)(v * 99), 2, 4, 3), blocks], "blocks") { OldestOpset = 21 };
        yield return new(new DynamicQuantizeLinear(), [x]) { Outputs = 3, OldestOpset = 11 };

        var conv = new Conv { Window = Window.Square(3, stride: 2, pad: 1), Groups = 2 };
        Tensor picture = Codes<byte>(v => (byte)v, 1, 4, 5, 5), kernels = Codes<sbyte>(v => (sbyte)(v * 7), 2, 2, 3, 3);
        yield return new(new ConvInteger { Conv = conv }, [picture, kernels, Tensor.Scalar<byte>(7), Tensor.Vector<sbyte>(1, -1)]) { OldestOpset = 10 };
        yield return new(new QLinearConv { Conv = conv },
        [
            picture, one, Tensor.Scalar<byte>(7), kernels, Tensor.Vector(0.02f, 0.03f), Tensor.Vector<sbyte>(1, -1), Tensor.Scalar(0.2f), Tensor.Scalar<byte>(100), Tensor.Vector(500, -700),
        ])
        { OldestOpset = 10 };
        Tensor a = Codes<byte>(v => (byte)(v * 5), 2, 3, 4), b = Codes<sbyte>(v => (sbyte)(v * 9), 4, 2);
        yield return new(new MatMulInteger(), [a, b, Tensor.Scalar<byte>(3), Tensor.Vector<sbyte>(1, -1)]) { OldestOpset = 10 };
        yield return new(new QLinearMatMul(), [a, one, Tensor.Scalar<byte>(3), b, Tensor.Vector(0.02f, 0.03f), Tensor.Vector<sbyte>(1, -1), Tensor.Scalar(0.1f), Tensor.Scalar<sbyte>(-3)]) { OldestOpset = 10 };
    }

    private static Tensor Singles(int a, int b, int c, float step = 0.13f) =>
        Tensor.Of<float>(Shape.Of(a, b, c), Enumerable.Range(1, a * b * c).Select(i => step * (step < 0.1f ? i : i % 11 - 5)).ToArray());

    private static Tensor Codes<T>(Func<int, T> code, params int[] dims) where T : unmanaged =>
        Tensor.Of<T>(Shape.Of(dims), Enumerable.Range(0, dims.Aggregate((a, b) => a * b)).Select(code).ToArray());
}
