using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> Shaping() => [.. Views(), .. Moves(), .. Pads(), .. Makers()];

    private static IEnumerable<OperatorExample> Views()
    {
        yield return new(new Identity(), [Reals(2, 3)]) { Trained = [0], OpenBatch = true };
        yield return new(new Reshape(), [Reals(2, 3, 4), Longs(0, -1)]) { Trained = [0], OpenBatch = true };
        yield return new(new Reshape { AllowZero = true }, [Reals(0, 3), Longs(3, 0)], "allowzero") { Trained = [0], OldestOpset = 14 };
        yield return new(new Flatten { Axis = 2 }, [Reals(2, 3, 4)]) { Trained = [0], OpenBatch = true };
        yield return new(new Flatten { Axis = -1 }, [Reals(2, 3, 4)], "from the end") { Trained = [0], ReadsBackOtherwise = true };
        yield return new(new Squeeze(), [Reals(2, 1, 3, 1), Longs(1, -1)]) { Trained = [0], OpenBatch = true };
        yield return new(new Squeeze(), [Reals(2, 1, 3, 1)], "all") { Trained = [0] };
        yield return new(new Unsqueeze(), [Reals(2, 3), Longs(0, -1)]) { Trained = [0], OpenBatch = true };
        yield return new(new Cast(DType.F64), [Reals(2, 3)]) { Trained = [0], OpenBatch = true };
        yield return new(new Cast(DType.I32), [Reals(2, 3)], "to integers") { OpenBatch = true };
        yield return new(new ShapeOf(), [Reals(2, 3, 4)]) { OpenBatch = true };
        yield return new(new ShapeOf { Start = 1, End = -1 }, [Reals(2, 3, 4)], "part") { OldestOpset = 15 };
        yield return new(new SizeOf(), [Reals(2, 3)]) { OpenBatch = true };
    }

    private static IEnumerable<OperatorExample> Moves()
    {
        yield return new(new Transpose { Order = [2, 0, 1] }, [Reals(2, 3, 4)]) { Trained = [0], OpenBatch = true };
        yield return new(new Transpose(), [Reals(2, 3)], "round") { Trained = [0] };
        yield return new(new Concat(1), [Reals(2, 3, 2), Reals(2, 1, 2), Reals(2, 2, 2)]) { Trained = [0, 1, 2], OpenBatch = true };
        yield return new(new Concat(-1), [Reals(2, 3), Reals(2, 1)], "from the end") { Trained = [0, 1], ReadsBackOtherwise = true };
        yield return new(new Split { Axis = 1 }, [Reals(2, 5), Longs(2, 3)]) { Trained = [0], Outputs = 2, OpenBatch = true };
        yield return new(new Split { Parts = 2 }, [Reals(4, 2)], "equal") { Trained = [0], Outputs = 2 };
        yield return new(new Slice(), [Reals(2, 6, 5), Longs(1, 0), Longs(int.MaxValue, -1), Longs(1, 2)]) { Trained = [0], OpenBatch = true };
        yield return new(new Slice(), [Reals(6, 5), Longs(-1, 4), Longs(long.MinValue, 0), Longs(0, 1), Longs(-2, -1)], "steps") { Trained = [0], OldestOpset = 10 };
        yield return new(new Gather { Axis = 1 }, [Reals(2, 4), Tensor.Of<long>(Shape.Of(2, 2), [3, -1, 0, 1])]) { Trained = [0], OpenBatch = true };
        yield return new(new GatherElements { Axis = 1 }, [Reals(2, 3), Tensor.Of<long>(Shape.Of(2, 2), [2, -3, 1, 1])]) { Trained = [0], OldestOpset = 11 };
        yield return new(new Expand(), [Reals(3, 1), Longs(2, 1, 4)]) { Trained = [0], OldestOpset = 8 };
        yield return new(new Tile(), [Reals(2, 3), Longs(2, 2)]) { OpenBatch = true };
    }

    private static IEnumerable<OperatorExample> Pads()
    {
        yield return new(new Pad(), [Reals(2, 3, 4), Longs(0, 1, 2, 0, 0, 1), Number(0.5)]) { Trained = [0], OpenBatch = true };
        yield return new(new Pad(), [Reals(4, 5), Longs(-1, 2, 1, -2)], "cut") { Trained = [0] };
        yield return new(new Pad(PadMode.Reflect), [Reals(4, 5), Longs(2, 4, 1, 3)], "reflect") { Trained = [0] };
        yield return new(new Pad(PadMode.Edge), [Reals(2, 3), Longs(1, 0, 2, 2)], "edge") { Trained = [0] };
        yield return new(new Pad(PadMode.Wrap), [Reals(2, 3), Longs(0, 2, 0, 4)], "wrap") { Trained = [0], OldestOpset = 19 };
        yield return new(new Pad(), [Reals(2, 3, 4), Longs(1, 2), null, Longs(-1)], "axes") { Trained = [0], OldestOpset = 18, OpenBatch = true };
    }

    private static IEnumerable<OperatorExample> Makers()
    {
        yield return new(new ConstantOfShape(), [Longs(2, 3)]) { OldestOpset = 9 };
        yield return new(ConstantOfShape.Of(Tensor.Scalar(7L)), [Longs(3)], "integers") { OldestOpset = 9 };
        yield return new(new NumberRange(), [Tensor.Scalar(2L), Tensor.Scalar(11L), Tensor.Scalar(3L)]) { OldestOpset = 11 };
    }
}
