using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> Movement() => [.. Casts(), .. Scatters(), .. Selections(), .. Blocks(), .. Running()];

    private static Tensor Table(int rows, int columns, params long[] values) => Tensor.Of<long>(Shape.Of(rows, columns), values);

    private static IEnumerable<OperatorExample> Casts()
    {
        yield return new(new CastLike(), [Reals(2, 3), Reals(1)]) { Trained = [0], OldestOpset = 15, OpenBatch = true };
        yield return new(new CastLike(), [Longs(2, 3), Tensor.Scalar(1)], "integers") { OldestOpset = 15 };
        yield return new(new BitCast(DType.U32), [Tensor.Vector(-1, 5)]) { OldestOpset = 26 };
        yield return new(new EyeLike(), [Reals(3, 4)]) { OldestOpset = 9, OpenBatch = true };
        yield return new(new EyeLike { Type = DType.I32, Diagonal = -1 }, [Reals(3, 4)], "integers") { OldestOpset = 9 };
    }

    private static IEnumerable<OperatorExample> Scatters()
    {
        Tensor rows = Table(2, 3, 0, 2, -1, 1, 0, 0);
        yield return new(new ScatterElements(), [Reals(3, 3), rows, Positive(2, 3)]) { Trained = [0, 2], OldestOpset = 9 };
        yield return new(new ScatterElements { Axis = 1 }, [Reals(2, 4), Table(2, 1, 3, -3), Positive(2, 1)], "axis") { Trained = [0, 2], OldestOpset = 9 };
        yield return new(new ScatterElements { Join = ScatterJoin.Add }, [Reals(3, 3), Table(2, 3, 1, 1, 1, 1, 0, 2), Positive(2, 3)], "add") { Trained = [0, 2], OldestOpset = 16 };
        yield return new(new ScatterElements(), [Longs(1, 2, 3), Longs(1), Longs(9)], "integers") { OldestOpset = 9 };
        yield return new(new ScatterND(), [Reals(4, 3), Table(2, 1, 2, 0), Positive(2, 3)]) { Trained = [0, 2], OldestOpset = 11 };
        yield return new(new ScatterND { Join = ScatterJoin.Add }, [Reals(2, 3), Table(3, 2, 1, 0, 1, 0, 0, -1), Positive(3)], "add") { Trained = [0, 2], OldestOpset = 16 };
        foreach (ScatterJoin join in new[] { ScatterJoin.Mul, ScatterJoin.Max, ScatterJoin.Min })
        {
            int oldest = join == ScatterJoin.Mul ? 16 : 18;
            yield return new(new ScatterElements { Join = join }, [Reals(3, 3), rows, Positive(2, 3)], $"{join}") { OldestOpset = oldest };
            yield return new(new ScatterND { Join = join }, [Longs(4, 5, 6), Table(2, 1, 2, 2), Longs(7, 3)], $"{join}") { OldestOpset = oldest };
        }
        yield return new(new GatherND(), [Reals(2, 3, 4), Table(2, 2, 1, -1, 1, -1)]) { Trained = [0], OldestOpset = 11, OpenBatch = true };
        yield return new(new GatherND { BatchAxes = 1 }, [Reals(2, 3, 2), Table(2, 1, 1, 0)], "batch") { OldestOpset = 12 };
        yield return new(new GatherGradient { Axis = 1 }, [Reals(2, 2, 3), Longs(2, 4, 3), Longs(3, 1)]);
        yield return new(new TensorScatter(), [Reals(2, 4, 3), Reals(2, 2, 3), Longs(1, 2)]) { OldestOpset = 24 };
        yield return new(new TensorScatter { Axis = 1, Circular = true }, [Reals(2, 4, 3), Reals(2, 3, 3), Longs(2, 3)], "circular") { OldestOpset = 24 };
    }

    private static IEnumerable<OperatorExample> Selections()
    {
        yield return new(new OneHot { Axis = 1 }, [Table(2, 2, 0, 2, -1, 7), Longs(3), Reals(2)]) { OldestOpset = 11 };
        yield return new(new OneHot { Axis = 0 }, [Reals(3), Longs(2), Longs(5, 6)], "real indices") { OldestOpset = 9 };
        yield return new(new TopK { Axis = 1 }, [Reals(2, 5), Longs(3)]) { Trained = [0], Outputs = 2, OpenBatch = true };
        yield return new(new TopK { Axis = 0, Largest = false, Sorted = false }, [Reals(4, 2), Longs(2)], "smallest") { Trained = [0], Outputs = 2, OldestOpset = 11 };
        yield return new(new Unique(), [Longs(3, 1, 3, 2)]) { Outputs = 4, OldestOpset = 11 };
        yield return new(new Unique { Axis = -1, Sorted = false }, [Table(2, 3, 5, 1, 5, 6, 1, 6)], "slices") { Outputs = 4, OldestOpset = 11 };
        Tensor condition = Tensor.Vector(true, false, true);
        yield return new(new Compress { Axis = 1 }, [Reals(2, 3), condition]) { OldestOpset = 9, OpenBatch = true };
        yield return new(new Compress { Axis = -1 }, [Reals(2, 3), condition], "from the end") { OldestOpset = 11 };
        yield return new(new Compress(), [Reals(2, 3), condition], "flat") { OldestOpset = 9 };
        yield return new(new NonZero(), [Table(2, 2, 1, 0, 0, 4)]) { OldestOpset = 9 };
    }

    private static IEnumerable<OperatorExample> Blocks()
    {
        yield return new(new DepthToSpace(2), [Reals(2, 8, 2, 3)]) { Trained = [0], OpenBatch = true };
        yield return new(new DepthToSpace(2) { ChannelFirst = true }, [Reals(1, 8, 2, 3)], "channel first") { Trained = [0], OldestOpset = 11 };
        yield return new(new SpaceToDepth(2), [Reals(2, 3, 4, 2)]) { Trained = [0], OpenBatch = true };
        yield return new(new ReverseSequence(), [Reals(3, 2, 2), Longs(2, 3)]) { Trained = [0], OldestOpset = 10 };
        yield return new(new ReverseSequence { BatchAxis = 0, TimeAxis = 1 }, [Reals(2, 4), Longs(4, 1)], "time second") { Trained = [0], OldestOpset = 10 };
        yield return new(new CenterCropPad(), [Reals(5, 2), Longs(2, 5)]) { Trained = [0], OldestOpset = 18 };
        yield return new(new CenterCropPad { Axes = [-1] }, [Reals(2, 3), Longs(6)], "axes") { Trained = [0], OldestOpset = 18, OpenBatch = true };
        yield return new(new Trilu(), [Reals(2, 3, 4)]) { Trained = [0], OldestOpset = 14, OpenBatch = true };
        yield return new(new Trilu { Upper = false }, [Reals(3, 4), Tensor.Scalar(1L)], "lower") { Trained = [0], OldestOpset = 14 };
    }

    private static IEnumerable<OperatorExample> Running()
    {
        foreach (bool product in new[] { false, true })
        {
            int oldest = product ? 26 : 11;
            int[] trained = product ? [] : [0];
            yield return new(new Cumulative { Product = product }, [Reals(2, 4), Tensor.Scalar(1L)]) { Trained = trained, OldestOpset = oldest, OpenBatch = true };
            yield return new(new Cumulative { Product = product, Exclusive = true, Reverse = true }, [Reals(3, 2), Tensor.Scalar(0)], "exclusive") { Trained = trained, OldestOpset = oldest };
            yield return new(new Cumulative { Product = product }, [Longs(2, 3, 4), Tensor.Scalar(-1L)], "integers") { OldestOpset = oldest };
        }
        yield return new(new Hardmax(), [Reals(3, 4)]) { OpenBatch = true, ReadsBackOtherwise = true };
        yield return new(new Hardmax { Axis = 1, Flattened = true }, [Reals(2, 3, 2)], "flattened") { OpsetTooNew = 13 };
        foreach (int p in new[] { 1, 2 })
        {
            var normalization = new LpNormalization { P = p, Axis = 1 };
            yield return new(normalization, [Reals(2, 3, 2)], $"{p}") { Trained = [0], OpenBatch = true };
            yield return new(new LpNormalizationGradient(normalization), [Reals(2, 3), Positive(2, 3)], $"{p}");
        }
    }
}
