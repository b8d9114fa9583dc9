using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> SpatialLayers() => [.. Resizes(), .. Samplers(), .. Regions()];

    private static IEnumerable<OperatorExample> Resizes()
    {
        foreach (Interpolation mode in Enum.GetValues<Interpolation>())
        {
            yield return Sized($"{mode} up", new Resize { Mode = mode }, 2, 2, 7, 6);
            yield return Sized($"{mode} down", new Resize { Mode = mode, Coordinates = ResizeCoordinates.AlignCorners, ExcludeOutside = true, Rounding = NearestRounding.Ceil }, 2, 2, 3, 2);
        }
        yield return Sized("antialias", new Resize { Mode = Interpolation.Linear, Antialias = true, Coordinates = ResizeCoordinates.PyTorchHalfPixel }, 2, 2, 2, 1) with { OldestOpset = 18 };
        yield return Sized("cubic antialias", new Resize { Mode = Interpolation.Cubic, Antialias = true, CubicCoefficient = -0.5f, Coordinates = ResizeCoordinates.HalfPixelSymmetric }, 2, 2, 2, 3) with { OldestOpset = 19 };
        yield return new(new Resize { Mode = Interpolation.Linear, Axes = [-1, 2], AspectRatio = AspectRatio.NotLarger }, [Reals(2, 1, 4, 3), null, null, Longs(9, 9)], "axes")
        {
            Trained = [0],
            OldestOpset = 18,
            OpenBatch = true,
        };
        // A region is given, so that also opset 11 can be written; an empty list of scales stands for none.
        Tensor none = Tensor.Of<double>(Shape.Of(0), []);
        foreach (Interpolation mode in new[] { Interpolation.Nearest, Interpolation.Linear })
            yield return new(
                new Resize { Mode = mode, Coordinates = ResizeCoordinates.CropAndResize, ExtrapolationValue = 3 },
                [Reals(1, 1, 4, 5), Tensor.Vector(0, 0, 0.2, 0.1, 1, 1, 1.3, 0.7), none, Longs(1, 1, 3, 4)], $"crop {mode}")
            {
                Trained = [0],
                OldestOpset = 11,
            };
        yield return new(
            new Resize { Coordinates = ResizeCoordinates.TensorFlowHalfPixelForNearest, Rounding = NearestRounding.Floor },
            [Reals(1, 1, 4, 5), none, none, Longs(1, 1, 8, 3)], "of opset 11")
        {
            Trained = [0],
            OldestOpset = 11,
            OpsetTooNew = 13,
        };
        yield return new(new ResizeGradient(new Resize { Mode = Interpolation.Linear }), [Reals(1, 1, 4, 5), Longs(1, 1, 2, 3), null, null, Longs(1, 1, 4, 5)]) { OldestOpset = 13 };

        static OperatorExample Sized(string name, Resize op, params long[] sizes) =>
            new(op, [Reals(2, 2, 4, 3), null, null, Longs(sizes)], name) { Trained = [0], OldestOpset = 13 };
    }

    private static IEnumerable<OperatorExample> Samplers()
    {
        foreach (Interpolation mode in Enum.GetValues<Interpolation>())
            foreach (PaddingMode padding in Enum.GetValues<PaddingMode>())
                yield return new(new GridSample { Mode = mode, Padding = padding, AlignCorners = padding == PaddingMode.Border }, [Reals(2, 2, 4, 3), Spread(Shape.Of(2, 3, 2, 2), v => 1.7 * v)], $"{mode} {padding}")
                {
                    OldestOpset = 16,
                };
        yield return new(new GridSample(), [Reals(1, 1, 2, 3, 4), Reals(1, 2, 2, 1, 3)], "volume") { OldestOpset = 20 };
        yield return new(new AffineGrid { AlignCorners = true }, [Reals(2, 2, 3), Longs(2, 1, 3, 4)]) { OldestOpset = 20, OpenBatch = true };
        yield return new(new AffineGrid(), [Reals(1, 3, 4), Longs(1, 1, 2, 3, 2)], "volume") { OldestOpset = 20 };
        yield return new(new DeformConv { Window = Window.Square(2, pad: 1), Groups = 2, OffsetGroups = 2 },
            [Reals(2, 4, 3, 3), Reals(2, 2, 2, 2), Reals(2, 16, 4, 4), Reals(2), Positive(2, 8, 4, 4)])
        { OldestOpset = 19 };
        yield return new(new DeformConv(), [Reals(1, 1, 3, 3), Reals(1, 1, 2, 2), Reals(1, 8, 2, 2)], "plain") { OldestOpset = 19 };
        yield return new(new Col2Im { Window = new Window(Strides: [2, 1], Pads: [1, 0, 0, 1]) }, [Reals(2, 12, 8), Longs(4, 4), Longs(3, 2)], "uneven") { OldestOpset = 18 };
        yield return new(new Col2Im(), [Reals(1, 6, 4), Longs(5), Longs(2)], "1-D") { OldestOpset = 18, OpenBatch = true };
    }

    private static IEnumerable<OperatorExample> Regions()
    {
        Tensor regions = Tensor.Of<double>(Shape.Of(2, 4), [0.5, 1, 3.5, 4, -1, 2, 7, 5]);
        yield return new(new RoiAlign { Height = 2, Width = 3, Scale = 0.9f }, [Reals(2, 2, 5, 6), regions, Longs(1, 0)]) { OldestOpset = 16 };
        yield return new(new RoiAlign { Height = 2, Width = 2, Samples = 2, Maximum = true, HalfPixel = false }, [Reals(2, 2, 5, 6), regions, Longs(1, 0)], "maximum") { OldestOpset = 10 };
        yield return new(new NonMaxSuppression { CenterBoxes = true }, [Reals(1, 3, 4), Reals(1, 2, 3), Tensor.Scalar(0L)], "no boxes asked for") { OldestOpset = 10 };
        yield return new(new MaxRoiPool { Pooled = [2, 3], Scale = 0.5f }, [Reals(2, 2, 5, 6), Tensor.Of<double>(Shape.Of(2, 5), [1, 2, 2, 9, 7, 0, -4, 3, 3, 20])]);
    }

    private static IEnumerable<OperatorExample> SequenceLayers()
    {
        Tensor lengths = Tensor.Vector(2, 3);
        yield return new(new Rnn { Hidden = 4 }, [Reals(3, 2, 5), Reals(1, 4, 5), Reals(1, 4, 4)]) { Outputs = 2 };
        yield return new(new Rnn { Direction = RecurrentDirection.Bidirectional, Activations = ["LeakyRelu", "Affine"], Alphas = [0.3f, 2], Betas = [0.5f], BatchFirst = true },
            [Reals(2, 3, 5), Reals(2, 4, 5), Reals(2, 4, 4), Reals(2, 8), lengths, Reals(2, 2, 4)], "two directions")
        { Outputs = 2, OldestOpset = 14, OpenBatch = true };
        yield return new(new Gru { Direction = RecurrentDirection.Reverse, LinearBeforeReset = true, Clip = 0.7f }, [Reals(3, 2, 5), Reals(1, 12, 5), Reals(1, 12, 4), Reals(1, 24), lengths]) { Outputs = 2 };
        yield return new(new Gru(), [Reals(3, 2, 5), Reals(1, 12, 5), Reals(1, 12, 4)], "plain");
        yield return new(new Lstm { Hidden = 3 }, [Reals(3, 2, 5), Reals(1, 12, 5), Reals(1, 12, 3), Reals(1, 24), null, Reals(1, 2, 3), Reals(1, 2, 3), Reals(1, 9)]) { Outputs = 3 };
        yield return new(new Lstm { CouplesForget = true, Activations = ["HardSigmoid", "Softsign", "Elu"] }, [Reals(3, 2, 5), Reals(1, 12, 5), Reals(1, 12, 3)], "coupled") { Outputs = 3 };
        Tensor half = Reals(2, 3, 2);
        yield return new(new RotaryEmbedding(), [Reals(2, 2, 3, 4), half, Positive(2, 3, 2)]) { OldestOpset = 23 };
        yield return new(new RotaryEmbedding { Interleaved = true, Heads = 2, RotaryDims = 4 }, [Reals(2, 3, 12), Reals(5, 2), Positive(5, 2), Tensor.Of<long>(Shape.Of(2, 3), [4, 0, 1, 2, 2, 3])], "part")
        { OldestOpset = 23 };
        yield return new(new CausalConvWithState { Silu = true }, [Reals(2, 3, 4), Reals(3, 1, 3), Reals(3), Reals(2, 3, 2)]) { Outputs = 2, OldestOpset = 27 };
        yield return new(new CausalConvWithState(), [Reals(1, 2, 2), Reals(2, 1, 4)], "short") { Outputs = 2, OldestOpset = 27 };
    }
}
