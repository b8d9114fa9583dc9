using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> Reductions()
    {
        foreach (ReductionFunction function in ReductionFunction.All)
        {
            ReductionFunction[] smooth = [ReductionFunction.Mean, ReductionFunction.Sum, ReductionFunction.L1, ReductionFunction.L2, ReductionFunction.SumSquare];
            int[] trained = smooth.Contains(function) ? [0] : [];
            yield return new(new Reduction(function), [Positive(2, 3, 4), Longs(1, -1)]) { Trained = trained, OpenBatch = true };
            Func<int[], Tensor> values = function == ReductionFunction.LogSum ? Positive : Reals;
            yield return new(new Reduction(function) { KeepAxes = false }, [values([2, 3, 4]), Longs(0)], "axis gone") { Trained = trained };
            yield return new(new Reduction(function) { KeepAxes = false }, [values([2, 3])], "all axes") { Trained = trained };
            yield return new(new Reduction(function) { NothingWithoutAxes = true }, [Positive(2, 3)], "no axes") { Trained = trained, OldestOpset = function.AxesInputSince };
        }
        foreach (bool smallest in new[] { false, true })
        {
            yield return new(new ArgMax { Axis = 1, Smallest = smallest }, [Reals(2, 3, 4)]) { OpenBatch = true };
            yield return new(new ArgMax { Axis = -1, KeepAxis = false, Last = true, Smallest = smallest }, [Reals(2, 3)], "last") { OldestOpset = 12 };
        }
    }

    private static IEnumerable<OperatorExample> Losses()
    {
        yield return new(new SoftmaxCrossEntropy(), [Reals(3, 4), Longs(0, 3, 2)]) { Trained = [0] };
        yield return new(new SoftmaxCrossEntropy { Smoothing = 0.1f }, [Reals(3, 4), Tensor.Vector(1, 1, 0)], "smoothing") { Trained = [0] };
        yield return new(new MeanSquaredError(), [Reals(3, 4), Positive(3, 4)]) { Trained = [0, 1], OpenBatch = false };
    }

    private static IEnumerable<OperatorExample> Gradients()
    {
        var conv = new Conv { Window = Window.Square(3, stride: 2, pad: 1) };
        yield return new(new ConvInputGradient(conv), [Reals(2, 4, 3, 3), Reals(4, 3, 3, 3), Longs(2, 3, 6, 6)]);
        yield return new(new ConvWeightGradient(conv), [Reals(2, 4, 3, 3), Reals(2, 3, 6, 6)]);
        yield return new(new MaxPoolGradient(new MaxPool { Window = Window.Square(2, stride: 2) }), [Reals(1, 2, 2, 2), Reals(1, 2, 4, 4)]);
        yield return new(new AveragePoolGradient(new AveragePool { Window = Window.Square(2, stride: 2), CountIncludePad = true }), [Reals(1, 2, 2, 2), Longs(1, 2, 4, 4)]);
        yield return new(new GlobalAveragePoolGradient(), [Reals(2, 3, 1, 1), Longs(2, 3, 2, 2)]);
        Tensor[] norm = [Reals(2, 3, 2, 2), Positive(2, 3, 2, 2), Positive(3), Reals(3), Positive(3)];
        yield return new(new BatchNormalizationGradient { Epsilon = 0.01f }, norm) { Outputs = 3 };
        yield return new(new BatchNormTrainingGradient(), norm) { Outputs = 3 };
        foreach (UnaryFunction function in UnaryFunctions.All.Where(f => f.HasSlope))
            yield return new(new UnaryGradient(new Unary(function)), [Reals(2, 3), Within(function, 2, 3)], VariantOf(function.Variant));
        yield return new(new ClipGradient(), [Reals(2, 3), Reals(2, 3), Number(-0.5), Number(0.5)]);
        yield return new(new SoftmaxGradient(new Softmax { Axis = 1, Flattened = true }), [Reals(2, 3, 2), Positive(2, 3, 2)]);
        yield return new(new SoftmaxGradient(new Softmax { Log = true }), [Reals(2, 3), Reals(2, 3)]);
        foreach (ReductionFunction function in new[] { ReductionFunction.Mean, ReductionFunction.Sum })
            yield return new(new ReductionGradient(new Reduction(function) { KeepAxes = false }), [Reals(2, 4), Longs(2, 3, 4), Longs(1)]);
        yield return new(new SliceGradient(), [Reals(2, 2), Longs(2, 5), Longs(0), Longs(5), Longs(1), Longs(3)]);
        yield return new(new PadGradient(PadMode.Edge), [Reals(2, 6), Longs(2, 3), Longs(0, 1, 0, 2)]);
        yield return new(new SoftmaxCrossEntropyGradient { Smoothing = 0.2f }, [Number(2), Reals(3, 4), Longs(0, 3, 2)]);
        yield return new(new MeanSquaredErrorGradient(), [Number(2), Reals(3, 4), Positive(3, 4)]);
    }
}
