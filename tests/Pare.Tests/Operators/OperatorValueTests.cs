using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>Attributes that are easily misread, against values worked out by hand.</summary>
public class OperatorValueTests
{
    [Theory]
    [InlineData(AutoPad.SameUpper, new double[] { 1 + 2 + 4 + 5, 3 + 6, 7 + 8, 9 })]
    [InlineData(AutoPad.SameLower, new double[] { 1, 2 + 3, 4 + 7, 5 + 6 + 8 + 9 })]
    [InlineData(AutoPad.Valid, new double[] { 1 + 2 + 4 + 5 })]
    public void Conv_AutoPad_PutsTheOddPadWhereItSays(AutoPad pad, double[] expected) =>
        Run(new Conv { Window = new Window([2, 2], [2, 2], AutoPad: pad) }, Square(), Ones(1, 1, 2, 2)).ShouldBe(expected);

    [Fact]
    public void Conv_UnevenPads_AreStartsThenEnds() =>
        Run(new Conv { Window = new Window(Pads: [1, 0]) }, Row(1, 2, 3), Tensor.Of<double>(Shape.Of(1, 1, 2), [10, 1])).ShouldBe([1, 12, 23]);

    [Fact]
    public void MaxPool_CeilMode_KeepsTheLastPartialWindow()
    {
        Run(new MaxPool { Window = new Window([2], [2], CeilMode: true) }, Row(1, 2, 3, 4, 5)).ShouldBe([2, 4, 5]);
        Run(new MaxPool { Window = new Window([2], [2]) }, Row(1, 2, 3, 4, 5)).ShouldBe([2, 4]);
    }

    [Fact]
    public void MaxPool_CeilModeWindowInThePadding_IsLeftOut() =>
        Run(new MaxPool { Window = new Window([1], [2], Pads: [0, 1], CeilMode: true) }, Row(1, 2, 3, 4)).ShouldBe([1, 3]);

    [Fact]
    public void AveragePool_CountIncludePad_DividesByTheWholeWindow()
    {
        var window = new Window([2], [2], Pads: [1, 1]);
        Run(new AveragePool { Window = window }, Row(2, 4, 6, 8)).ShouldBe([2, 5, 8]);
        Run(new AveragePool { Window = window, CountIncludePad = true }, Row(2, 4, 6, 8)).ShouldBe([1, 5, 4]);
    }

    [Fact]
    public void MaxPool_CeilModeWindowLargerThanTheInput_IsOnePosition() =>
        Run(new MaxPool { Window = new Window([3], [2], CeilMode: true) }, Row(1, 2)).ShouldBe([2]);

    [Fact]
    public void AveragePool_CeilMode_NeverCountsWhatLiesBehindThePadding() =>
        Run(new AveragePool { Window = new Window([3], [2], CeilMode: true), CountIncludePad = true }, Row(1, 2, 3, 4)).ShouldBe([2, 3.5]);

    [Fact]
    public void Slice_NegativeSteps_WalkBackwards()
    {
        Run(new Slice(), Row(0, 1, 2, 3, 4), Longs(-1), Longs(long.MinValue), Longs(2), Longs(-1)).ShouldBe([4, 3, 2, 1, 0]);
        Run(new Slice(), Row(0, 1, 2, 3, 4), Longs(3), Longs(0), Longs(-1), Longs(-2)).ShouldBe([3, 1]);
        Run(new Slice(), Row(0, 1, 2, 3, 4), Longs(20), Longs(1), Longs(2), Longs(-3)).ShouldBe([4]);
        Run(new Slice(), Row(0, 1, 2, 3, 4), Longs(4), Longs(2), Longs(2)).ShouldBe([]);
    }

    [Fact]
    public void Softmax_Flattened_SumsOverAllAxesFromItsAxis()
    {
        Tensor zeros = new(DType.F64, Shape.Of(1, 2, 2));
        Run(new Softmax { Axis = 1, Flattened = true }, zeros).ShouldBe([0.25, 0.25, 0.25, 0.25]);
        Run(new Softmax { Axis = 1 }, zeros).ShouldBe([0.5, 0.5, 0.5, 0.5]);
    }

    [Fact]
    public void Softmax_LargeInputs_DoNotOverflow() => Run(new Softmax(), Row(1000, 1000)).ShouldBe([0.5, 0.5]);

    [Fact]
    public void Pad_Reflect_MirrorsWithoutDoublingTheBorder() =>
        Run(new Pad(PadMode.Reflect), Row(1, 2, 3), Longs(0, 0, 2, 0, 0, 3)).ShouldBe([3, 2, 1, 2, 3, 2, 1, 2]);

    [Fact]
    public void SoftmaxCrossEntropy_EvenLogits_IsLogOfTheClasses() =>
        Run(new SoftmaxCrossEntropy(), new Tensor(DType.F64, Shape.Of(2, 4)), Longs(0, 3))[0].ShouldBe(Math.Log(4), 1e-12);

    [Fact]
    public void SoftmaxCrossEntropy_LabelOutOfRange_IsAFaultOfTheData() =>
        Should.Throw<DataException>(() => Run(new SoftmaxCrossEntropy(), new Tensor(DType.F64, Shape.Of(2, 4)), Longs(0, 4)))
            .Message.ShouldBe("The label of sample 1 of the batch is 4; the model has 4 classes, so it must be in [0, 3].");

    [Fact]
    public void DropoutTraining_SamePosition_DropsTheSameAndScalesTheRest()
    {
        double[] first = Run(new DropoutTraining(), Ones(100, 100), Tensor.Scalar(0.25), Longs(1, 2));
        first.Distinct().Order().ShouldBe([0, 1 / 0.75]);
        first.Average().ShouldBe(1, 0.03);
        Run(new DropoutTraining(), Ones(100, 100), Tensor.Scalar(0.25), Longs(1, 2)).ShouldBe(first);
        Run(new DropoutTraining(), Ones(100, 100), Tensor.Scalar(0.25), Longs(1, 3)).ShouldNotBe(first);
        Run(new DropoutTraining { Stream = 1 }, Ones(100, 100), Tensor.Scalar(0.25), Longs(1, 2)).ShouldNotBe(first);
    }

    [Fact]
    public void BatchNormTraining_Batch_MovesTheRunningStatistics()
    {
        var example = new OperatorExample(new BatchNormTraining { Epsilon = 0, Momentum = 0.9f },
            [Tensor.Of<double>(Shape.Of(2, 1), [1, 3]), Row1(2), Row1(5), Row1(10), Row1(20)])
        { Outputs = 5 };
        Tensor[] outputs = example.Evaluate();
        outputs[0].As<double>().ToArray().ShouldBe([3, 7]);
        outputs[1].As<double>()[0].ShouldBe(2);
        outputs[2].As<double>()[0].ShouldBe(1);
        outputs[3].As<double>()[0].ShouldBe(9.2, 1e-6);
        outputs[4].As<double>()[0].ShouldBe(18.1, 1e-6);
    }

    internal static double[] Run(Operator op, params Tensor?[] inputs) => new OperatorExample(op, inputs).Evaluate()[0].As<double>().ToArray();

    private static Tensor Row(params double[] values) => Tensor.Of<double>(Shape.Of(1, 1, values.Length), values);

    private static Tensor Row1(double value) => Tensor.Vector(value);

    private static Tensor Square() => Tensor.Of<double>(Shape.Of(1, 1, 3, 3), [1, 2, 3, 4, 5, 6, 7, 8, 9]);

    private static Tensor Longs(params long[] values) => Tensor.Vector<long>(values);

    private static Tensor Ones(params int[] dims)
    {
        var tensor = new Tensor(DType.F64, Shape.Of(dims));
        tensor.As<double>().Fill(1);
        return tensor;
    }
}
