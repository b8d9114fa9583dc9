using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> Signals() => [.. Sums(), .. Spectra()];

    private static IEnumerable<OperatorExample> Sums()
    {
        yield return new(new Einsum("bij,bjk->bik"), [Reals(2, 3, 4), Reals(2, 4, 2)]) { Trained = [0, 1], OldestOpset = 12, OpenBatch = false };
        yield return new(new Einsum("ij"), [Reals(2, 3)], "implicit") { Trained = [0], OldestOpset = 12, OpenBatch = true };
        yield return new(new Einsum("ij->i"), [Reals(2, 3)], "row sums") { Trained = [0], OldestOpset = 12, OpenBatch = true };
        yield return new(new Einsum("ij->"), [Reals(2, 3)], "sum") { Trained = [0], OldestOpset = 12 };
        yield return new(new Einsum("...ij, ...jk"), [Reals(2, 1, 3, 2), Reals(4, 2, 2)], "ellipsis") { Trained = [0, 1], OldestOpset = 12 };
        yield return new(new Einsum("i,j,k->kij"), [Reals(2), Reals(3), Reals(2)], "outer") { Trained = [0, 1, 2], OldestOpset = 12 };
        yield return new(new Einsum("ii->i"), [Reals(3, 3)], "diagonal") { OldestOpset = 12 };
        yield return new(new Einsum("ij,j->i"), [Table(2, 2, 1, 2, 3, 4), Longs(5, 6)], "integers") { OldestOpset = 12 };
        yield return new(new Det(), [Reals(2, 3, 3)]) { OldestOpset = 11, OpenBatch = true };
    }

    private static IEnumerable<OperatorExample> Spectra()
    {
        foreach (CosineWindowKind kind in Enum.GetValues<CosineWindowKind>())
        {
            yield return new(new CosineWindow(kind) { Type = DType.F64 }, [Tensor.Scalar(7L)]) { OldestOpset = 17 };
            yield return new(new CosineWindow(kind) { Periodic = false }, [Tensor.Scalar(1)], "one") { OldestOpset = 17 };
        }
        Tensor[] bands = [Tensor.Scalar(4L), Tensor.Scalar(16L), Tensor.Scalar(8192L), Tensor.Scalar(0f), Tensor.Scalar(4096f)];
        yield return new(new MelWeightMatrix(), bands) { OldestOpset = 17 };
        yield return new(new DiscreteFourier(), [Reals(2, 6, 1), null, Tensor.Scalar(1L)]) { OldestOpset = 17, OpenBatch = true };
        yield return new(new DiscreteFourier { OneSided = true }, [Reals(2, 7, 1), Tensor.Scalar(10L), Tensor.Scalar(1L)], "one side") { OldestOpset = 17 };
        yield return new(new DiscreteFourier { Inverse = true }, [Reals(5, 3, 2), null, Tensor.Scalar(0L)], "inverse") { OldestOpset = 17 };
        yield return new(new DiscreteFourier { Inverse = true, OneSided = true }, [Reals(2, 4, 2), null, Tensor.Scalar(-2L)], "one side inverse") { OldestOpset = 17 };
        yield return new(new ShortTimeFourier(), [Reals(2, 20, 1), Tensor.Scalar(4L), Reals(8)]) { OldestOpset = 17, OpenBatch = true };
        yield return new(new ShortTimeFourier { OneSided = false }, [Reals(1, 9, 2), Tensor.Scalar(3L), null, Tensor.Scalar(3L)], "complex") { OldestOpset = 17 };
        var counts = new TfIdfVectorizer { Shortest = 1, Longest = 2, MostSkipped = 1, Pool = [2, 5, 3, 7, 5, 2], Starts = [0, 2], Places = [0, 1, 3, 2] };
        yield return new(counts, [Table(2, 4, 2, 5, 2, 3, 7, 5, 3, 7)]) { OldestOpset = 9 };
        yield return new(counts with { Mode = "TFIDF", Weights = [1, 2, 3, 4] }, [Longs(2, 5, 2)], "weights") { OldestOpset = 9 };
    }
}
