using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> MoreLayers() => [.. MoreNormalizations(), .. MorePools(), .. TransposedConvolutions(), .. SpatialLayers(), .. SequenceLayers(), .. AttentionsAndLosses()];

    private static IEnumerable<OperatorExample> MoreNormalizations()
    {
        var even = new LocalResponseNormalization { Size = 4, Alpha = 3, Beta = 0.6f, Bias = 1 };
        yield return new(even, [Reals(2, 5, 3)], "even size") { Trained = [0] };
        yield return new(new LocalResponseNormalizationGradient(even), [Reals(2, 5, 3), Positive(2, 5, 3)]);
        yield return new(new InstanceNormalization { Epsilon = 0.01f }, [Reals(2, 3, 4), Positive(3), Reals(3)], "1-D") { Trained = [0, 1, 2] };
        yield return new(new LayerNormalization { Epsilon = 0.01f }, [Reals(3, 5), Positive(5), Reals(5)]) { Trained = [0, 1, 2], OldestOpset = 17, OpenBatch = true };
        yield return new(new LayerNormalization { Axis = 1, Epsilon = 0.01f, StatisticsType = DType.F64 }, [Reals(2, 3, 4), Positive(3, 1), null], "axis 1, no bias")
        {
            Trained = [0, 1],
            OldestOpset = 17,
            OpenBatch = true,
        };
        yield return new(new LayerNormalization { Axis = -2 }, [Reals(2, 3, 4), Positive(2, 1, 4), Reals(1)], "scale of the batch") { Trained = [0, 1, 2], OldestOpset = 17 };
        yield return new(new RmsNormalization { Axis = 1, Epsilon = 0.01f }, [Reals(2, 3, 4), Positive(3, 4)]) { OldestOpset = 23, OpenBatch = true };
        yield return new(new GroupNormalization { Groups = 2, Epsilon = 0.01f }, [Reals(2, 4, 3), Positive(4), Reals(4)]) { Trained = [0, 1, 2], OldestOpset = 21, OpenBatch = true };
        yield return new(new GroupNormalization { Groups = 2, ScalesGroups = true }, [Reals(2, 4, 3, 2), Positive(2), Reals(2)], "scales of groups") { OldestOpset = 18, OpsetTooNew = 21 };
        yield return new(new MeanVarianceNormalization(), [Reals(2, 3, 2, 2)]) { OldestOpset = 9, OpenBatch = true };
        yield return new(new MeanVarianceNormalization { Axes = [-1] }, [Reals(2, 3)], "last axis") { OldestOpset = 9 };
        yield return new(new StandardizeGradient(1, 2, 0.01f), [Reals(2, 4, 3), Positive(2, 4, 3)]) { Outputs = 2 };
        Tensor[] norm = [Reals(2, 3, 2, 2), Positive(3), Reals(3), Reals(3), Positive(3)];
        yield return new(new BatchStatisticsNormalization { Epsilon = 0.01f, Momentum = 0.8f }, norm, "training mode") { Outputs = 3, OpenBatch = true };
        yield return new(new BatchStatisticsNormalization(), norm, "training mode, y alone") { OldestOpset = 14 };
    }

    private static IEnumerable<OperatorExample> MorePools()
    {
        yield return new(new GlobalMaxPoolGradient(), [Reals(2, 3, 1, 1), Reals(2, 3, 2, 2)]);
        yield return new(new GlobalLpPool { P = 3 }, [Reals(2, 3, 3, 2)]) { OpenBatch = true };
        yield return new(new LpPool { Window = Window.Square(2, stride: 2, pad: 1) }, [Reals(2, 2, 4, 4)]) { OpenBatch = true };
        yield return new(new LpPool { Window = new Window([2], Dilations: [2], CeilMode: true, Strides: [3]), P = 1 }, [Reals(1, 2, 7)], "dilated") { OldestOpset = 18 };
        yield return new(new MaxUnpool { Window = Window.Square(2, stride: 2) }, [Reals(1, 1, 2, 2), Tensor.Of<long>(Shape.Of(1, 1, 2, 2), [0, 7, 8, 15])]) { OldestOpset = 9 };
        yield return new(new MaxUnpool { Window = Window.Square(2, stride: 2) }, [Reals(1, 1, 2, 2), Tensor.Of<long>(Shape.Of(1, 1, 2, 2), [0, 7, 8, 15]), Longs(1, 1, 5, 6)], "larger") { OldestOpset = 9 };
    }

    private static IEnumerable<OperatorExample> TransposedConvolutions()
    {
        yield return Transposed("2-D", new ConvTranspose { Window = Window.Square(3, stride: 2, pad: 1), OutputPadding = [1, 0] }, Reals(2, 3, 3, 4), Reals(3, 2, 3, 3), Reals(2));
        yield return Transposed("groups, dilations, uneven pads", new ConvTranspose
        {
            Window = new Window([3, 2], [2, 1], [1, 2], [1, 0, 0, 2]),
            Groups = 2,
        }, Reals(2, 4, 3, 4), Reals(4, 3, 3, 2), Reals(6));
        yield return Transposed("1-D depthwise", new ConvTranspose { Window = new Window(Strides: [2]), Groups = 3 }, Reals(2, 3, 4), Reals(3, 1, 3), null);
        yield return Transposed("3-D", new ConvTranspose { Window = new Window([2, 2, 2], [1, 2, 1]) }, Reals(1, 2, 2, 3, 2), Reals(2, 1, 2, 2, 2), Reals(1));
        yield return Transposed("SAME_UPPER", new ConvTranspose { Window = new Window([3, 2], [2, 2], AutoPad: AutoPad.SameUpper) }, Reals(1, 1, 3, 3), Reals(1, 2, 3, 2), null);
        yield return Transposed("output_shape", new ConvTranspose { Window = new Window([3, 3], [3, 2]), OutputLengths = [10, 8], OutputPadding = [1, 1] }, Reals(1, 1, 3, 3), Reals(1, 2, 3, 3), null);
        yield return new(new ConvTranspose { Window = new Window([3], Dilations: [2]), OutputPadding = [1] }, [Reals(1, 1, 3), Reals(1, 1, 3)], "padding that no window reaches");

        static OperatorExample Transposed(string name, ConvTranspose op, Tensor x, Tensor weight, Tensor? bias) =>
            new(op, [x, weight, bias], name) { Trained = bias is null ? [0, 1] : [0, 1, 2], OpenBatch = true };
    }
}
