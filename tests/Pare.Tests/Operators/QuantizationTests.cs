using Pare.Operators;

namespace Pare.Tests.Operators;

public class QuantizationTests
{
    [Theory]
    [InlineData(0.5f, 0, 0)]
    [InlineData(1.5f, 0, 2)]
    [InlineData(-2.5f, 0, -2)]
    [InlineData(2.5f, 3, 5)] // the zero point comes after the rounding: 2 + 3, not round(5.5)
    [InlineData(1e30f, 0, 127)]
    [InlineData(-1e30f, 5, -128)]
    [InlineData(float.NegativeInfinity, 0, -128)]
    public void Quantize_HalvesAndRange_AreRoundedToEvenAndSaturated(float x, int zero, int expected) =>
        Evaluate(new QuantizeLinear(), DType.I8, Tensor.Vector(x), Tensor.Scalar(1f), Tensor.Scalar((sbyte)zero)).As<sbyte>()[0].ShouldBe((sbyte)expected);

    [Fact]
    public void Dequantize_PerAxisAndPerBlock_TakeTheScaleOfThePlace()
    {
        Tensor x = Tensor.Of<sbyte>(Shape.Of(2, 4), [1, 2, 3, 4, 5, 6, 7, 8]);
        Evaluate(new DequantizeLinear { Axis = 0 }, DType.F32, x, Tensor.Vector(1f, 10f)).Floats.ToArray().ShouldBe([1, 2, 3, 4, 50, 60, 70, 80]);
        Tensor blocks = Tensor.Of<float>(Shape.Of(2, 2), [1, 10, 100, 1000]);
        Evaluate(new DequantizeLinear { Axis = 1, Block = 3 }, DType.F32, x, blocks).Floats.ToArray().ShouldBe([1, 2, 3, 40, 500, 600, 700, 8000]);
    }

    [Fact]
    public void DynamicQuantize_OfZeros_HasTheScaleOne()
    {
        Tensor[] outputs = [new(DType.U8, Shape.Of(2)), new(DType.F32, Shape.Scalar), new(DType.U8, Shape.Scalar)];
        new DynamicQuantizeLinear().Evaluate([new Tensor(DType.F32, Shape.Of(2))], outputs);
        outputs[1].Floats[0].ShouldBe(1);
        outputs[0].Bytes.ToArray().ShouldBe([0, 0]);
    }

    [Fact]
    public void ConvInteger_Padding_IsTheZeroPoint()
    {
        Tensor x = Tensor.Of<byte>(Shape.Of(1, 1, 1, 1), [9]), weight = Tensor.Of<byte>(Shape.Of(1, 1, 3, 3), [1, 1, 1, 1, 2, 1, 1, 1, 1]), y = new(DType.I32, Shape.Of(1, 1, 1, 1));
        new ConvInteger { Conv = new Conv { Window = Window.Square(3, pad: 1) } }.Evaluate([x, weight, Tensor.Scalar<byte>(4)], [y]);
        y.As<int>()[0].ShouldBe(10);
    }

    private static Tensor Evaluate(Operator op, DType type, params Tensor[] inputs)
    {
        var y = new Tensor(type, inputs[0].Shape);
        op.Evaluate(inputs, [y]);
        return y;
    }
}
