using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>Layers whose attributes are easily misread, against values worked out by hand.</summary>
public class LayerValueTests
{
    [Fact]
    public void LocalResponseNormalization_EvenSize_ReachesFurtherForward()
    {
        var norm = new LocalResponseNormalization { Size = 2, Alpha = 2, Beta = 1, Bias = 0 };
        OperatorValueTests.Run(norm, Tensor.Of<double>(Shape.Of(1, 3, 1), [1, 2, 4])).ShouldBe([1 / 5.0, 2 / 20.0, 4 / 16.0]);
    }

    [Fact]
    public void LayerNormalization_Statistics_AreThoseOfTheRows()
    {
        Tensor y = new(DType.F64, Shape.Of(2, 2)), mean = new(DType.F32, Shape.Of(2, 1)), inverse = new(DType.F32, Shape.Of(2, 1));
        new LayerNormalization { Epsilon = 0 }.Evaluate([Tensor.Of<double>(Shape.Of(2, 2), [1, 3, 10, 30]), Tensor.Vector(1.0, 2), null], [y, mean, inverse]);
        y.As<double>().ToArray().ShouldBe([-1, 2, -1, 2]);
        mean.Floats.ToArray().ShouldBe([2, 20]);
        inverse.Floats.ToArray().ShouldBe([1, 0.1f]);
    }

    [Fact]
    public void ConvTranspose_Stride_SpreadsTheKernel()
    {
        Tensor x = Tensor.Of<double>(Shape.Of(1, 1, 2), [1, 10]), weight = Tensor.Of<double>(Shape.Of(1, 1, 3), [1, 2, 3]);
        OperatorValueTests.Run(new ConvTranspose { Window = new Window(Strides: [2]) }, x, weight).ShouldBe([1, 2, 3 + 10, 20, 30]);
        OperatorValueTests.Run(new ConvTranspose { Window = new Window(Strides: [2], Pads: [1, 1]), OutputPadding = [1] }, x, weight).ShouldBe([2, 13, 20, 30]);
        OperatorValueTests.Run(new ConvTranspose { Window = new Window(Strides: [2], AutoPad: AutoPad.SameUpper) }, x, weight).ShouldBe([1, 2, 13, 20]);
        OperatorValueTests.Run(new ConvTranspose { Window = new Window(Strides: [2], AutoPad: AutoPad.SameLower) }, x, weight).ShouldBe([2, 13, 20, 30]);
    }

    [Fact]
    public void MaxUnpool_LargerOutput_KeepsTheIndicesOfTheSmaller()
    {
        Tensor x = Tensor.Of<double>(Shape.Of(1, 1, 2), [5, 6]), indices = Tensor.Of<long>(Shape.Of(1, 1, 2), [1, 2]);
        var pool = new MaxUnpool { Window = new Window([2], [2]) };
        OperatorValueTests.Run(pool, x, indices).ShouldBe([0, 5, 6, 0]);
        OperatorValueTests.Run(pool, x, indices, Tensor.Vector<long>(1, 1, 5)).ShouldBe([0, 5, 6, 0, 0]);
        Should.Throw<DataException>(() => OperatorValueTests.Run(pool, x, Tensor.Of<long>(Shape.Of(1, 1, 2), [1, 4]))).Message.ShouldContain("index 4 of element 1");
    }

    [Fact]
    public void NonMaxSuppression_Overlap_KeepsTheBetterBox()
    {
        Tensor boxes = Tensor.Of<float>(Shape.Of(1, 3, 4), [0, 0, 1, 1, 0, 0.1f, 1, 1.1f, 0, 5, 1, 6]), scores = Tensor.Of<float>(Shape.Of(1, 1, 3), [0.5f, 0.9f, 0.1f]);
        var y = new Tensor(DType.I64, Shape.Of(2, 3));
        new NonMaxSuppression().Evaluate([boxes, scores, Tensor.Scalar(5L), Tensor.Scalar(0.5f)], [y]);
        y.As<long>().ToArray().ShouldBe([0, 0, 1, 0, 0, 2]);
    }

    [Fact]
    public void Recurrent_Lengths_LeaveZerosAndTheLastState()
    {
        Tensor x = Tensor.Of<double>(Shape.Of(3, 2, 1), [1, 1, 1, 1, 1, 1]), one = Tensor.Of<double>(Shape.Of(1, 1, 1), [1]);
        Tensor y = new(DType.F64, Shape.Of(3, 1, 2, 1)), last = new(DType.F64, Shape.Of(1, 2, 1));
        new Rnn { Activations = ["Affine"], Direction = RecurrentDirection.Reverse }.Evaluate([x, one, one, null, Tensor.Vector(2, 3)], [y, last]);
        y.As<double>().ToArray().ShouldBe([2, 3, 1, 2, 0, 1]);
        last.As<double>().ToArray().ShouldBe([2, 3]);
    }

    [Theory]
    [InlineData("Affine", 2.0, 1.0, -3.0, -5.0)]
    [InlineData("LeakyRelu", 0.1, 0.0, -3.0, -0.3)]
    [InlineData("ThresholdedRelu", 2.0, 0.0, 1.5, 0.0)]
    [InlineData("HardSigmoid", 0.5, 0.5, 0.5, 0.75)]
    [InlineData("Softsign", 0.0, 0.0, -3.0, -0.75)]
    [InlineData("Elu", 2.0, 0.0, 1.5, 1.5)]
    public void RecurrentActivation_Formula_TakesItsParameters(string name, double alpha, double beta, double x, double expected) =>
        RecurrentActivation.Of([name], [(float)alpha], [(float)beta])[0].Of(x).ShouldBe(expected, 1e-6);
}
