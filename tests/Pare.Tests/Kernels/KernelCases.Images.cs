using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>Everything but convolutions of images with channels last, and the moves to and from there.</summary>
internal static partial class KernelCases
{
    // Less than a vector, vectors and a rest, whole vectors.
    private static readonly int[] Channels = [1, 3, 6, 8, 13, 16, 24, 37, 64];

    private static IEnumerable<KernelCase> Images() => [.. LastPools(), .. LastNorms(), .. LastResizes(), .. Shuffles(), .. PlaneTransposes(), .. PictureFactors(), .. ShortRows()];

    private static ChannelsLast Last(Operator inner) => new(inner);

    private static IEnumerable<KernelCase> LastPools()
    {
        Window[] windows =
        [
            Window.Square(2, 2), Window.Square(3, 2, 1), Window.Square(3, 2) with { CeilMode = true }, Window.Square(3, 1, 1), Window.Square(3, 3), Window.Square(5, 3, 2),
            Window.Square(3, 2, 1) with { CeilMode = true }, new Window([2, 3], [1, 2], [2, 1], CeilMode: true), new Window([3, 3], [1, 2], [1, 2], [2, 2, 2, 2]), new Window([4, 5], Pads: [3, 2, 0, 4]),
            Window.Square(1, 2),
        ];
        foreach (int c in Channels)
            foreach (Window window in c is 13 or 37 ? windows : windows[..3])
            {
                yield return new("max-pool.last.f32", Last(new MaxPool { Window = window }), [S(2, 8, 12, c)]) { Tolerance = 0 };
                foreach (bool count in new[] { false, true })
                    yield return new("average-pool.last.f32", Last(new AveragePool { Window = window, CountIncludePad = count }), [S(2, 8, 12, c)]);
            }
        yield return new("max-pool.last.f32", Last(new MaxPool { Window = Window.Square(3, 2) }), [S(3, 35, 29, 40)]) { Tolerance = 0 };
        yield return new("max-pool.last.f32", Last(new MaxPool { Window = Window.Square(3, 1, 1) }), [S(1, 1, 1, 40)]) { Tolerance = 0 };
        yield return new("max-pool.last.f32", Last(new MaxPool { Window = Window.Square(3, 2, 1) }), [S(1, 2, 2, 40)]) { Tolerance = 0 };
        foreach (int c in Channels)
        {
            yield return new("global-max-pool.last.f32", Last(new GlobalMaxPool()), [S(3, 7, 9, c)]) { Tolerance = 0 };
            yield return new("global-average-pool.last.f32", Last(new GlobalAveragePool()), [S(3, 11, 9, c)]);
        }
        yield return new("global-average-pool.last.f32", Last(new GlobalAveragePool()), [S(2, 1, 1, 70)]);
        yield return new("global-average-pool.last.f32", Last(new GlobalAveragePool()), [S(1, 20, 20, 300)]);
    }

    private static IEnumerable<KernelCase> LastNorms()
    {
        foreach (int c in Channels)
        {
            yield return new("lrn.last.f32", Last(new LocalResponseNormalization { Alpha = 0.5f }), [S(2, 7, 5, c)]);
            yield return new("lrn.last.f32", Last(new LocalResponseNormalization { Size = 4, Alpha = 2, Beta = 0.5f }), [S(2, 3, 5, c)]);
            yield return new("batch-normalization.last.f32", Last(new BatchNormalization()), [S(2, 5, 3, c), S(c), S(c), S(c), S(c)], [1, 2, 3, 4]) { Positive = [4] };
        }
        yield return new("lrn.last.f32", Last(new LocalResponseNormalization { Size = 3, Beta = 1, Bias = 2 }), [S(1, 5, 5, 33)]);
        yield return new("lrn.last.f32", Last(new LocalResponseNormalization { Size = 2, Alpha = 1, Beta = 0.6f }), [S(1, 50, 40, 33)]);
        yield return new("batch-normalization.last.f32", Last(new BatchNormalization()), [S(1, 40, 60, 24), S(24), S(24), S(24), S(24)]) { Positive = [4] };
    }

    private static IEnumerable<KernelCase> LastResizes()
    {
        foreach ((int height, int width) in new[] { (10, 14), (3, 4), (5, 21) })
            foreach (Interpolation mode in Enum.GetValues<Interpolation>())
                yield return new("resize.last.f32", Last(new Resize { Mode = mode, Antialias = width == 4 }), [S(2, 5, 7, 19), null, null, Lengths(2, 19, height, width)]);
        Tensor region = Tensor.Vector(0f, 0, 0.2f, 0.1f, 1, 1, 1.4f, 0.8f);
        yield return new("resize.last.f32", Last(new Resize { Coordinates = ResizeCoordinates.CropAndResize, ExtrapolationValue = 2 }), [S(1, 5, 7, 2), region, null, Lengths(1, 2, 6, 5)]);
    }

    private static IEnumerable<KernelCase> Shuffles()
    {
        foreach ((int groups, int each) in new[] { (1, 5), (2, 3), (2, 7), (2, 58), (3, 1), (3, 5), (3, 20), (3, 80), (4, 60), (5, 7), (8, 48), (8, 3), (17, 20) })
            yield return new("channel-shuffle.f32", new ChannelShuffle(groups), [S(2, 3, 5, groups * each)]) { Tolerance = 0 };
        yield return new("channel-shuffle.f32", new ChannelShuffle(3), [S(1, 40, 30, 60)]) { Tolerance = 0 };
    }

    private static IEnumerable<KernelCase> PlaneTransposes()
    {
        foreach (Shape x in new[] { S(2, 3, 9, 11), S(1, 3, 80, 90), S(2, 2, 5, 7), S(1, 2, 100, 90), S(1, 64, 9, 11), S(3, 37, 5, 2), S(1, 130, 21, 23), S(1, 21, 23, 130), S(1, 500, 70, 3) })
            foreach (int[] order in new int[][] { [0, 2, 3, 1], [0, 3, 1, 2] })
                yield return new("transpose.f32", new Transpose { Order = new ValueList<int>([.. order]) }, [x]) { Tolerance = 0 };
        yield return new("transpose.f32", new Transpose { Order = [0, 1, 2, 3] }, [S(2, 3, 4, 5)]) { Tolerance = 0 };
        yield return new("transpose.f32", new Transpose { Order = [2, 3, 0, 1] }, [S(3, 5, 7, 9)]) { Tolerance = 0 };
        yield return new("transpose.f32", new Transpose { Order = [0, 3, 2, 1] }, [S(2, 5, 7, 9)]) { Tolerance = 0 };
    }

    // A number for each channel of each picture, as squeeze-and-excite multiplies.
    private static IEnumerable<KernelCase> PictureFactors()
    {
        foreach (BinaryFunction f in new[] { BinaryFunctions.Mul, BinaryFunctions.Sub })
        {
            yield return new("binary.f32", new Binary(f), [S(3, 5, 4, 19), S(3, 1, 1, 19)]);
            yield return new("binary.f32", new Binary(f), [S(3, 1, 1, 19), S(3, 5, 4, 19)]);
            yield return new("binary.f32", new Binary(f), [S(1, 5, 4, 19), S(1, 1, 1, 19)]);
            yield return new("binary.f32", new Binary(f), [S(3, 5, 4, 19), S(3, 5, 4, 1)]);
            yield return new("binary.f32", new Binary(f), [S(3, 1, 1, 19), S(3, 5, 4, 19)], [0]);
        }
    }

    private static IEnumerable<KernelCase> ShortRows()
    {
        foreach (int c in Channels)
        {
            yield return new("concat.f32", new Concat(-1), [S(1, 40, 15, c), S(1, 40, 15, 21), S(1, 40, 15, 8)]) { Tolerance = 0 };
            yield return new("split.f32", new Split { Axis = -1 }, [S(1, 40, 15, c + 30), Lengths(9, c, 21)], Outputs: 3) { Tolerance = 0 };
        }
    }
}
