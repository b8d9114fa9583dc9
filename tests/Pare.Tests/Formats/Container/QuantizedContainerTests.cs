using Pare.Encodings;
using Pare.Formats;
using Pare.Formats.Container;
using Pare.Operators;
using Pare.Tests.Formats.Onnx;

namespace Pare.Tests.Formats.Container;

public class QuantizedContainerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    public void Write_EveryWidth_ReadsBackTheSame(int bits)
    {
        Model model = QuantizedModels.Network(bits), back = Read(ContainerTests.Write(model));
        ModelComparison.FirstDifference(model, back, CancellationToken.None).ShouldBeNull();
        ((Integer)((Scaled)back.Weights["conv1.weight"]).Inner).Codes.Bits.ShouldBe(bits);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 4)]
    [InlineData(1, 100)]
    public void Write_Blocks_ReadsBackTheSame(int axis, int block)
    {
        Model model = QuantizedModels.Line(QuantizedModels.Integers(4, axis, block, 16, 6)), back = Read(ContainerTests.Write(model));
        ModelComparison.FirstDifference(model, back, CancellationToken.None).ShouldBeNull();
        var read = (Scaled)back.Weights["w"];
        (read.Axis, read.Block).ShouldBe((axis, block));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Read_WeightScaleThatIsNoNumber_IsRefused(float scale)
    {
        byte[] file = ContainerTests.Write(QuantizedModels.Line(new Scaled(Scaled.WholeWeight, new Dense(Shape.Of(1), new[] { scale }), EncodingExample())));
        Should.Throw<ModelException>(() => Read(file)).Message.ShouldContain("a scale is");
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.PositiveInfinity)]
    public void Read_ScaleOfValuesThatIsNone_IsRefused(float scale)
    {
        Model model = QuantizedModels.Network();
        var editor = new ModelEditor(model);
        editor.SetConstant("a_s", Tensor.Scalar(scale));
        byte[] file = ContainerTests.Write(editor.Build());
        Should.Throw<ModelException>(() => Read(file)).Message.ShouldContain("'a_q' (QuantizeLinear): the scale");
    }

    private static Integer EncodingExample() => Integer.Of(Shape.Of(16, 1), 8, new int[16], 0, isSigned: true);

    private static Model Read(byte[] file) => ContainerReader.Read(new MemoryStream(file), OperatorCatalog.Default);
}
