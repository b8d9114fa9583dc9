using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> Layers() => [.. Convolutions(), .. Products(), .. Pools(), .. Normalizations()];

    private static IEnumerable<OperatorExample> Convolutions()
    {
        yield return Conv("2-D", new Conv { Window = Window.Square(3, pad: 1) }, Reals(2, 3, 5, 4), Reals(4, 3, 3, 3), Reals(4));
        yield return Conv("no kernel_shape", new Conv(), Reals(1, 2, 4, 4), Reals(3, 2, 2, 3), null);
        yield return Conv("strides, dilations, groups, uneven pads", new Conv
        {
            Window = new Window([3, 2], [2, 1], [1, 2], [1, 0, 0, 2]),
            Groups = 2,
        }, Reals(2, 4, 6, 5), Reals(6, 2, 3, 2), Reals(6));
        yield return Conv("1-D depthwise", new Conv { Window = new Window([3], Pads: [1, 1]), Groups = 3 }, Reals(2, 3, 6), Reals(3, 1, 3), null);
        yield return Conv("3-D", new Conv { Window = new Window([2, 2, 2], [1, 2, 1]) }, Reals(1, 2, 3, 4, 3), Reals(2, 2, 2, 2, 2), Reals(2));
        yield return Conv("SAME_UPPER", new Conv { Window = new Window([2, 3], [2, 2], AutoPad: AutoPad.SameUpper) }, Reals(1, 1, 5, 5), Reals(2, 1, 2, 3), null);
        yield return Conv("SAME_LOWER", new Conv { Window = new Window([2, 2], AutoPad: AutoPad.SameLower) }, Reals(1, 1, 3, 4), Reals(1, 1, 2, 2), null);
        yield return Conv("VALID", new Conv { Window = new Window([2, 2], [2, 2], AutoPad: AutoPad.Valid) }, Reals(1, 1, 5, 4), Reals(1, 1, 2, 2), null);

        static OperatorExample Conv(string name, Conv conv, Tensor x, Tensor weight, Tensor? bias) =>
            new(conv, [x, weight, bias], name) { Trained = bias is null ? [0, 1] : [0, 1, 2], OpenBatch = true };
    }

    private static IEnumerable<OperatorExample> Products()
    {
        yield return new(new Gemm(), [Reals(3, 4), Reals(4, 2), Reals(2)]) { Trained = [0, 1, 2], OpenBatch = true };
        yield return new(new Gemm { TransB = true }, [Reals(3, 4), Reals(2, 4), Reals(3, 2)], "transB") { Trained = [0, 1, 2] };
        yield return new(new Gemm { TransA = true, Alpha = 0.5f, Beta = 2 }, [Reals(4, 3), Reals(4, 2), Reals(3, 1)], "transA, alpha, beta") { Trained = [0, 1, 2] };
        yield return new(new Gemm { TransA = true, TransB = true }, [Reals(4, 3), Reals(2, 4), null], "both, no c") { Trained = [0, 1], OldestOpset = 11 };
        yield return new(new MatMul(), [Reals(3, 4), Reals(4, 2)]) { Trained = [0, 1], OpenBatch = true };
        yield return new(new MatMul(), [Reals(2, 1, 3, 4), Reals(3, 4, 2)], "broadcast") { Trained = [0, 1] };
        yield return new(new MatMul(), [Reals(2, 3, 4), Reals(4, 5)], "shared weight") { Trained = [0, 1], OpenBatch = true };
        yield return new(new MatMul(), [Reals(4), Reals(4, 2)], "vector") { Trained = [0, 1] };
        yield return new(new MatMul(), [Reals(3, 4), Reals(4)], "vector on the right") { Trained = [0, 1], OpenBatch = true };
        yield return new(new MatMul(), [Reals(2, 3, 4), Reals(4)], "matrices and a vector") { Trained = [0, 1] };
        yield return new(new MatMul(), [Reals(4), Reals(2, 4, 3)], "a vector and matrices") { Trained = [0, 1] };
        yield return new(new MatMul(), [Reals(4), Spread(Shape.Of(4), v => v + 3)], "two vectors") { Trained = [0, 1] };
    }

    private static IEnumerable<OperatorExample> Pools()
    {
        yield return new(new MaxPool { Window = Window.Square(2, stride: 2) }, [Reals(2, 2, 4, 6)]) { Trained = [0], OpenBatch = true };
        yield return new(new MaxPool { Window = Window.Square(3, stride: 2, pad: 1) }, [Reals(1, 2, 5, 5)], "overlapping") { Trained = [0], Outputs = 2, OldestOpset = 8 };
        yield return new(new MaxPool { Window = new Window([3], [2], CeilMode: true) }, [Reals(1, 2, 6)], "ceil_mode") { Trained = [0], OldestOpset = 10 };
        yield return new(new MaxPool { Window = new Window([2, 2], Dilations: [2, 1]) }, [Reals(1, 1, 4, 3)], "dilated") { Trained = [0], OldestOpset = 10 };
        yield return new(new AveragePool { Window = Window.Square(2, stride: 2) }, [Reals(2, 2, 4, 4)]) { Trained = [0], OpenBatch = true, OldestOpset = 7 };
        yield return new(new AveragePool { Window = new Window([3, 3], [2, 2], Pads: [1, 1, 1, 1]), CountIncludePad = true }, [Reals(1, 2, 5, 5)], "count_include_pad") { Trained = [0] };
        yield return new(new AveragePool { Window = new Window([2, 3], [2, 2], Pads: [0, 1, 1, 1], CeilMode: true) }, [Reals(1, 1, 5, 6)], "ceil_mode") { Trained = [0], OldestOpset = 10 };
        yield return new(new AveragePool { Window = new Window([2], Dilations: [3]) }, [Reals(1, 1, 7)], "dilated") { Trained = [0], OldestOpset = 19 };
        yield return new(new GlobalAveragePool(), [Reals(2, 3, 3, 2)]) { Trained = [0], OpenBatch = true };
        yield return new(new GlobalMaxPool(), [Reals(2, 3, 3, 2)]) { Trained = [0], OpenBatch = true };
    }

    private static IEnumerable<OperatorExample> Normalizations()
    {
        yield return new(new BatchNormalization { Epsilon = 0.01f }, [Reals(2, 3, 2, 2), Positive(3), Reals(3), Reals(3), Positive(3)]) { Trained = [0, 1, 2], OpenBatch = true };
        yield return new(new BatchNormTraining { Epsilon = 0.01f, Momentum = 0.8f }, [Reals(4, 3, 2, 2), Positive(3), Reals(3), Reals(3), Positive(3)])
        {
            Trained = [0, 1, 2],
            Outputs = 5,
            OpenBatch = true,
        };
        yield return new(new BatchNormTraining(), [Reals(6, 3), Positive(3), Reals(3), Reals(3), Positive(3)], "matrix") { Trained = [0, 1, 2], Outputs = 5 };
        yield return new(new InstanceNormalization { Epsilon = 0.01f }, [Reals(2, 3, 2, 2), Positive(3), Reals(3)]) { Trained = [0, 1, 2], OpenBatch = true };
        yield return new(new LocalResponseNormalization { Size = 3, Alpha = 0.5f, Bias = 2 }, [Reals(2, 4, 2, 2)]) { Trained = [0], OpenBatch = true };
        yield return new(new DropoutTraining { Stream = 3 }, [Reals(4, 8), Number(0.25), Longs(11, 5)]) { Trained = [0], OpenBatch = true };
        yield return new(new Dropout(), [Reals(4, 8), Tensor.Scalar(0.25f)]) { Trained = [0], Outputs = 2, OpenBatch = true };
        foreach (bool log in new[] { false, true })
        {
            // Before opset 11 the last axis can only be named from the start, which means a sum over it and all axes after it: none.
            yield return new(new Softmax { Log = log }, [Reals(3, 4)]) { Trained = [0], OpenBatch = true, ReadsBackOtherwise = true };
            yield return new(new Softmax { Log = log, Axis = 1 }, [Reals(2, 3, 2)], "axis 1") { Trained = [0], OldestOpset = 13 };
            yield return new(new Softmax { Log = log, Axis = 1, Flattened = true }, [Reals(2, 3, 2)], "flattened") { Trained = [0], OpsetTooNew = 13 };
        }
    }
}
