using Pare.Operators;

namespace Pare.Tests.Kernels;

/// <summary>The nodes on which kernels are tested: at least one for each kernel of the catalog.</summary>
internal static partial class KernelCases
{
    public static IEnumerable<KernelCase> All =>
        [.. Quantizers(), .. Convolutions(), .. LastConvolutions(), .. IntoChannelsCases(), .. WinogradConvolutions(), .. SparseConvolutions(), .. DepthwiseConvolutions(),
            .. TransposedConvolutions(), .. Products(), .. Pools(), .. Images(), .. Normalizations(), .. ChannelNorms(), .. RowNorms(), .. Resizes(),
            .. Elements(), .. Rows(), .. Moves(), .. Losses(), .. LastGradients(), .. LastTraining(), .. DepthwiseGradients(), .. Integers(), .. Binaries(), .. FakeQuantizations(),
            .. CodedProducts(), .. CodedConvolutions(), .. CodedWinograd()];

    private static Shape S(params ReadOnlySpan<int> dims) => Shape.Of(dims);

    private static Tensor Lengths(params ReadOnlySpan<long> values) => Tensor.Vector(values);

    private static IEnumerable<KernelCase> Convolutions()
    {
        Conv same = new() { Window = Window.Square(3, pad: 1) };
        yield return new("conv.f32", same, [S(2, 5, 9, 11), S(7, 5, 3, 3), S(7)], [1, 2]);
        yield return new("conv.f32", same, [S(2, 5, 9, 11), S(7, 5, 3, 3), S(7)]);
        yield return new("conv.f32", same, [S(2, 5, 9, 11), S(7, 5, 3, 3)], [1]);
        yield return new("conv.f32", same, [S(1, 5, 9, 11), S(7, 5, 3, 3), null], [1]);
        yield return new("conv.f32", same with { Groups = 6 }, [S(2, 6, 9, 11), S(6, 1, 3, 3), S(6)], [1, 2]);
        yield return new("conv.f32", new Conv { Window = new Window(AutoPad: AutoPad.SameUpper, Strides: [2, 3]) }, [S(1, 2, 10, 13), S(4, 2, 4, 3)], [1]);
        yield return new("conv.f32", new Conv { Window = new Window(Dilations: [2], Pads: [3, 1]) }, [S(3, 4, 20), S(5, 4, 3), S(5)], [1, 2]);
        yield return new("conv-input-gradient.f32", new ConvInputGradient(same), [S(2, 7, 9, 11), S(7, 5, 3, 3), Lengths(2, 5, 9, 11)]);
        yield return new("conv-input-gradient.f32", new ConvInputGradient(same), [S(2, 7, 9, 11), S(7, 5, 3, 3), Lengths(2, 5, 9, 11)], [1]);
        yield return new("conv-input-gradient.f32", new ConvInputGradient(new Conv { Window = Window.Square(5, 2) }), [S(2, 7, 4, 5), S(7, 5, 5, 5), Lengths(2, 5, 12, 13)]);
        yield return new("conv-weight-gradient.f32", new ConvWeightGradient(same), [S(2, 7, 9, 11), S(2, 5, 9, 11)]) { Tolerance = 3e-5f };
        yield return new("conv-weight-gradient.f32", new ConvWeightGradient(new Conv { Window = new Window([4], [2]) }), [S(2, 6, 9), S(2, 5, 20)]);
    }

    private static IEnumerable<KernelCase> TransposedConvolutions()
    {
        ConvTranspose up = new() { Window = Window.Square(4, 2, 1) };
        yield return new("conv-transpose.f32", up, [S(2, 5, 6, 7), S(5, 3, 4, 4), S(3)], [1, 2]);
        yield return new("conv-transpose.f32", up, [S(2, 5, 6, 7), S(5, 3, 4, 4), S(3)]);
        yield return new("conv-transpose.f32", up with { Groups = 5 }, [S(2, 5, 6, 7), S(5, 1, 4, 4)], [1]);
        yield return new("conv-transpose.f32", new ConvTranspose { Window = Window.Square(3, 2, 1), OutputPadding = [1, 1], Groups = 2 }, [S(1, 6, 5, 9), S(6, 4, 3, 3), S(8)], [1, 2]);
        yield return new("conv-transpose.f32", new ConvTranspose { Window = new Window(Strides: [3], Dilations: [2]) }, [S(3, 4, 20), S(4, 17, 3), S(17)], [1]);
        yield return new("conv-transpose.f32", new ConvTranspose { Window = Window.Square(2, 2) }, [S(2, 33, 8, 8), S(33, 16, 2, 2), S(16)], [1, 2]);
    }

    private static IEnumerable<KernelCase> Products()
    {
        foreach ((bool ta, bool tb) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            Gemm gemm = new() { TransA = ta, TransB = tb };
            Shape a = ta ? S(13, 9) : S(9, 13), b = tb ? S(37, 13) : S(13, 37);
            yield return new("gemm.f32", gemm, [a, b, S(37)], [1, 2]);
            yield return new("gemm.f32", gemm, [a, b, S(37)], [1]);
            yield return new("gemm.f32", gemm, [a, b, S(1, 37)]);
            yield return new("gemm.f32", gemm, [a, b]);
            yield return new("gemm.f32", gemm with { Alpha = 0.5f, Beta = 2 }, [a, b, S(9, 37)], [1]);
            yield return new("gemm.f32", gemm with { Alpha = -1.5f }, [a, b, S(9, 1)]);
        }
        yield return new("gemm.f32", new Gemm(), [S(9, 13), S(13, 37), S(9, 1)]);
        yield return new("gemm.f32", new Gemm(), [S(9, 13), S(13, 37), S(1)]);
        yield return new("gemm.f32", new Gemm { TransB = true }, [S(1, 200), S(70, 200), S(70)], [1, 2]);
        yield return new("gemm.f32", new Gemm { TransB = true }, [S(1, 200), S(70, 200), S(70)]);
        yield return new("matmul.f32", new MatMul(), [S(5, 7), S(7, 33)], [1]);
        yield return new("matmul.f32", new MatMul(), [S(3, 5, 7), S(7, 33)], [1]);
        yield return new("matmul.f32", new MatMul(), [S(3, 5, 7), S(3, 7, 9)]);
        yield return new("matmul.f32", new MatMul(), [S(2, 1, 5, 7), S(3, 7, 9)]);
        yield return new("matmul.f32", new MatMul(), [S(5, 7), S(4, 7, 2)]);
        yield return new("matmul.f32", new MatMul(), [S(7), S(7, 9)]);
        yield return new("matmul.f32", new MatMul(), [S(6, 7), S(7)]);
        yield return new("matmul.f32", new MatMul(), [S(7), S(7)]);
    }

    private static IEnumerable<KernelCase> Pools()
    {
        foreach (Window window in new[] { Window.Square(2, 2), Window.Square(3, 2, 1), new Window([2, 3], [1, 2], [2, 1], CeilMode: true) })
        {
            yield return new("max-pool.f32", new MaxPool { Window = window }, [S(2, 3, 8, 12)]);
            yield return new("max-pool-gradient.f32", new MaxPoolGradient(new MaxPool { Window = window }), [OutputOf(window, S(2, 3, 8, 12)), S(2, 3, 8, 12)]);
            foreach (bool count in new[] { false, true })
            {
                AveragePool average = new() { Window = window, CountIncludePad = count };
                yield return new("average-pool.f32", average, [S(2, 3, 8, 12)]);
                yield return new("average-pool-gradient.f32", new AveragePoolGradient(average), [OutputOf(window, S(2, 3, 8, 12)), Lengths(2, 3, 8, 12)]);
            }
        }
        yield return new("max-pool.f32", new MaxPool { Window = new Window([3], [2]) }, [S(2, 3, 11)]);
        foreach (Window window in new[] { Window.Square(3, 1, 1), Window.Square(3, 2), Window.Square(5, 3, 2), Window.Square(3, 2, 1) with { CeilMode = true } })
        {
            Shape x = S(3, 5, 35, 29), y = OutputOf(window, x);
            yield return new("max-pool.f32", new MaxPool { Window = window }, [x]);
            yield return new("max-pool-gradient.f32", new MaxPoolGradient(new MaxPool { Window = window }), [y, x]);
            yield return new("average-pool.f32", new AveragePool { Window = window }, [x]);
            yield return new("average-pool-gradient.f32", new AveragePoolGradient(new AveragePool { Window = window }), [y, Lengths(3, 5, 35, 29)]);
        }
        foreach (Shape x in new[] { S(3, 5, 7, 9), S(2, 3, 1, 1), S(70, 3, 17) })
        {
            Shape y = new(x.Select((d, axis) => axis < 2 ? d : (Dim)1));
            yield return new("global-max-pool.f32", new GlobalMaxPool(), [x]) { Tolerance = 0 };
            yield return new("global-max-pool-gradient.f32", new GlobalMaxPoolGradient(), [y, x]) { Tolerance = 0 };
        }
        yield return new("global-average-pool.f32", new GlobalAveragePool(), [S(3, 5, 7, 9)]);
        yield return new("global-average-pool-gradient.f32", new GlobalAveragePoolGradient(), [S(3, 5, 1, 1), Lengths(3, 5, 7, 9)]);
    }

    private static Shape OutputOf(Window window, Shape x) => new(x.Take(2).Concat(window.Axes(x).Select(a => (Dim)a.Output)));

    private static IEnumerable<KernelCase> Normalizations()
    {
        foreach (Shape x in new[] { S(4, 5, 6, 7), S(9, 19), S(3, 4, 17) })
        {
            Shape c = new([x[1]]);
            yield return new("batch-normalization.f32", new BatchNormalization(), [x, c, c, c, c], [1, 2, 3, 4]) { Positive = [4] };
            yield return new("batch-normalization.f32", new BatchNormalization(), [x, c, c, c, c]) { Positive = [4] };
            yield return new("batch-normalization-gradient.f32", new BatchNormalizationGradient(), [x, x, c, c, c], Outputs: 3) { Positive = [4] };
            yield return new("batch-norm-training.f32", new BatchNormTraining(), [x, c, c, c, c], Outputs: 5) { Positive = [4] };
            yield return new("batch-norm-training.f32", new BatchNormTraining(), [x, c, c, c, c], [3, 4], Outputs: 1) { Positive = [4] };
            yield return new("batch-norm-training-gradient.f32", new BatchNormTrainingGradient(), [x, x, c, c, c], Outputs: 3) { Positive = [4] };
        }
    }

    private static IEnumerable<KernelCase> ChannelNorms()
    {
        foreach (Shape x in new[] { S(2, 7, 13, 17), S(1, 3, 130), S(3, 9), S(2, 1, 5, 4) })
            foreach (LocalResponseNormalization norm in new LocalResponseNormalization[]
            {
                new() { Alpha = 0.5f }, new() { Size = 4, Alpha = 2, Beta = 0.5f }, new() { Size = 3, Beta = 1, Bias = 2 }, new() { Size = 2, Alpha = 1, Beta = 0.6f },
            })
            {
                yield return new("lrn.f32", norm, [x]);
                yield return new("lrn-gradient.f32", new LocalResponseNormalizationGradient(norm), [x, x]);
            }
    }

    private static IEnumerable<KernelCase> RowNorms()
    {
        foreach (Shape x in new[] { S(3, 6, 5, 7), S(2, 4, 130), S(5, 2, 1) })
        {
            Shape c = new([x[1]]), rest = new(x.Skip(1));
            yield return new("layer-normalization.f32", new LayerNormalization { Axis = 1 }, [x, rest, rest], [1, 2]);
            yield return new("layer-normalization.f32", new LayerNormalization { Axis = 1 }, [x, rest]);
            yield return new("instance-normalization.f32", new InstanceNormalization { Epsilon = 0.01f }, [x, c, c], [1, 2]);
            yield return new("group-normalization.f32", new GroupNormalization { Groups = 2 }, [x, c, c]);
            yield return new("group-normalization.f32", new GroupNormalization { Groups = 2, ScalesGroups = true }, [x, S(2), S(2)], [1]);
            yield return new("standardize-gradient.f32", new StandardizeGradient(1, 2, 1e-3f), [x, x], Outputs: 2) { Tolerance = 3e-5f };
        }
    }

    private static IEnumerable<KernelCase> Resizes()
    {
        foreach ((int height, int width) in new[] { (10, 14), (3, 4), (5, 21) })
            foreach (Interpolation mode in Enum.GetValues<Interpolation>())
            {
                Tensor sizes = Lengths(2, 3, height, width);
                Resize resize = new() { Mode = mode, Antialias = width == 4 };
                yield return new("resize.f32", resize, [S(2, 3, 5, 7), null, null, sizes]);
                yield return new("resize-gradient.f32", new ResizeGradient(resize), [S(2, 3, height, width), Lengths(2, 3, 5, 7), null, null, sizes]);
            }
        Tensor region = Tensor.Vector(0f, 0, 0.2f, 0.1f, 1, 1, 1.4f, 0.8f);
        yield return new("resize.f32", new Resize { Coordinates = ResizeCoordinates.CropAndResize, ExtrapolationValue = 2 }, [S(1, 2, 5, 7), region, null, Lengths(1, 2, 6, 5)]);
        yield return new("resize.f32", new Resize(), [S(2, 3, 5, 7), null, null, Lengths(4, 6, 5, 9)]);
    }

    private static IEnumerable<KernelCase> Elements()
    {
        UnaryFunction[] partial = [UnaryFunctions.Log, UnaryFunctions.Sqrt, TrigonometricFunctions.Acosh]; // not defined on [-1, 1]
        foreach (UnaryFunction f in UnaryFunctions.All.Except(partial))
        {
            yield return new("unary.f32", new Unary(f), [S(3, 71)]);
            if (f.HasSlope)
                yield return new("unary-gradient.f32", new UnaryGradient(new Unary(f)), [S(3, 71), S(3, 71)]);
        }
        foreach (BinaryFunction f in new[] { BinaryFunctions.Add, BinaryFunctions.Sub, BinaryFunctions.Mul, BinaryFunctions.Div })
        {
            foreach (Shape other in new[] { S(3, 5, 7, 9), S(9), S(5, 1, 1), S(3, 1, 1, 1), S(1), S(), S(7, 9), S(1, 5, 7, 1) })
            {
                yield return new("binary.f32", new Binary(f), [S(3, 5, 7, 9), other]) { Positive = [1] };
                yield return new("binary.f32", new Binary(f), [other, S(3, 5, 7, 9)]) { Positive = [1] };
            }
            yield return new("binary.f32", new Binary(f), [S(3, 5, 7, 9), S(9)], [1]) { Positive = [1] };
            yield return new("binary.f32", new Binary(f), [S(70000), S(1)]) { Positive = [1] };
        }
        foreach (BinaryFunction f in new[] { PReluFunctions.PRelu, PReluFunctions.Factor })
        {
            foreach (Shape slope in new[] { S(5, 1, 1), S(1), S(9), S(3, 5, 7, 9) })
                yield return new("binary.f32", new Binary(f), [S(3, 5, 7, 9), slope]);
            yield return new("binary.f32", new Binary(f), [S(3, 5, 7, 9), S(5, 1, 1)], [1]);
        }
        yield return new("binary.f32", new Binary(PReluFunctions.Negative), [S(3, 71), S(3, 71)]);
        yield return new("sum.f32", new Variadic(VariadicFunction.Sum), [S(3, 5), S(3, 5), S(3, 5)]);
        yield return new("sum.f32", new Variadic(VariadicFunction.Sum), [S(3, 5)]);
        yield return new("clip.f32", new Clip(), [S(3, 50), Tensor.Scalar(-0.5f), Tensor.Scalar(0.25f)]);
        yield return new("clip.f32", new Clip(), [S(3, 50), Tensor.Scalar(0.5f), Tensor.Scalar(0.25f)]);
        yield return new("clip.f32", new Clip(), [S(3, 50), null, Tensor.Scalar(0.25f)]);
        yield return new("clip.f32", new Clip(), [S(3, 50)]);
        yield return new("clip-gradient.f32", new ClipGradient(), [S(3, 50), S(3, 50), Tensor.Scalar(-0.5f), Tensor.Scalar(0.25f)]) { Tolerance = 0 };
        yield return new("clip-gradient.f32", new ClipGradient(), [S(3, 50), S(3, 50), null, Tensor.Scalar(0.25f)]) { Tolerance = 0 };
        yield return new("clip-gradient.f32", new ClipGradient(), [S(3, 50), S(3, 50)]) { Tolerance = 0 };
    }

    private static IEnumerable<KernelCase> Rows()
    {
        foreach (ReductionFunction f in new[] { ReductionFunction.Sum, ReductionFunction.Mean })
        {
            Reduction reduce = new(f);
            yield return new("reduction.f32", reduce, [S(6, 5, 7, 9), Lengths(0, 2, 3)]);
            yield return new("reduction.f32", reduce with { KeepAxes = false }, [S(200, 130), Lengths(0)]);
            yield return new("reduction.f32", reduce, [S(20, 130), Lengths(-1)]);
            yield return new("reduction.f32", reduce, [S(6, 5, 7, 9)]);
            yield return new("reduction.f32", reduce, [S(1, 1), Lengths(0)]);
        }
        foreach (bool log in new[] { false, true })
        {
            Softmax softmax = new() { Log = log };
            yield return new("softmax.f32", softmax, [S(9, 11)]);
            yield return new("softmax.f32", softmax with { Axis = 1, Flattened = true }, [S(3, 4, 5)]);
            yield return new("softmax-gradient.f32", new SoftmaxGradient(softmax), [S(9, 11), S(9, 11)]);
        }
    }

    private static IEnumerable<KernelCase> Losses()
    {
        foreach (Shape x in new[] { S(3, 71), S(5, 7, 2, 3), S(2, 20001) })
        {
            yield return new("mean-squared-error.f32", new MeanSquaredError(), [x, x]);
            yield return new("mean-squared-error-gradient.f32", new MeanSquaredErrorGradient(), [S(), x, x]);
            yield return new("dropout-training.f32", new DropoutTraining { Stream = 3 }, [x, Tensor.Scalar(0.3f), Lengths(5, -9)]) { Tolerance = 0 };
        }
        foreach (float ratio in new[] { 0, 1, 1.5f, -1, float.NaN })
            yield return new("dropout-training.f32", new DropoutTraining(), [S(7, 11), Tensor.Scalar(ratio), Lengths(long.MinValue, 1)]) { Tolerance = 0 };
        Tensor labels = Lengths(4, 0, 2), narrow = Tensor.Vector(1, 4, 0);
        foreach (float smoothing in new[] { 0, 0.1f })
        {
            yield return new("softmax-cross-entropy.f32", new SoftmaxCrossEntropy { Smoothing = smoothing }, [S(3, 5), labels]);
            yield return new("softmax-cross-entropy.f32", new SoftmaxCrossEntropy { Smoothing = smoothing }, [S(3, 1003), narrow]);
            yield return new("softmax-cross-entropy-gradient.f32", new SoftmaxCrossEntropyGradient { Smoothing = smoothing }, [S(), S(3, 5), narrow]);
            yield return new("softmax-cross-entropy-gradient.f32", new SoftmaxCrossEntropyGradient { Smoothing = smoothing }, [S(), S(3, 1003), labels]);
        }
    }

    private static IEnumerable<KernelCase> Moves()
    {
        foreach (Shape x in new[] { S(2, 3, 5, 7, 7), S(1, 3, 4, 1, 1), S(3, 2, 9, 1, 5) })
            yield return new("transpose.f32", new Transpose { Order = [0, 2, 1, 3, 4] }, [x]) { Tolerance = 0 };
        yield return new("transpose.f32", new Transpose { Order = [1, 2, 3, 0] }, [S(9, 2, 5, 7)]) { Tolerance = 0 };
        foreach (int axis in new[] { 0, 1, -1 })
            yield return new("concat.f32", new Concat(axis), [S(3, 3, 7), S(3, 3, 7), S(3, 3, 7)]) { Tolerance = 0 };
        yield return new("concat.f32", new Concat(1), [S(3, 2, 7), S(3, 5, 7), S(3, 0, 7), S(3, 1, 7)]) { Tolerance = 0 };
        yield return new("concat.f32", new Concat(0), [S(40003), S(9)]) { Tolerance = 0 };
        yield return new("split.f32", new Split { Axis = 1, Parts = 3 }, [S(3, 8, 7)], Outputs: 3) { Tolerance = 0 };
        yield return new("split.f32", new Split { Axis = -1 }, [S(3, 9), Lengths(5, 0, 4)], Outputs: 3) { Tolerance = 0 };
        yield return new("split.f32", new Split { Axis = 0 }, [S(5, 20001), Lengths(1, 4)], Outputs: 2) { Tolerance = 0 };
        yield return new("slice.f32", new Slice(), [S(4, 9, 11), Lengths(1, -1), Lengths(3, 0), Lengths(0, 2), Lengths(1, -2)]);
        yield return new("slice.f32", new Slice(), [S(4, 9, 11), Lengths(0, 0), Lengths(9, 11), Lengths(1, 2), Lengths(2, 2)]);
        yield return new("slice.f32", new Slice(), [S(4, 9, 11), Lengths(2), Lengths(7), Lengths(2)]);
        yield return new("slice-gradient.f32", new SliceGradient(), [S(4, 5, 6), Lengths(4, 9, 11), Lengths(0, 0), Lengths(9, 11), Lengths(1, 2), Lengths(2, 2)]);
        yield return new("slice-gradient.f32", new SliceGradient(), [S(4, 9, 5), Lengths(4, 9, 11), Lengths(2), Lengths(7), Lengths(2)]);
        yield return new("pad.f32", new Pad(), [S(3, 4, 5), Lengths(0, 1, 2, 0, 2, 3)]);
        yield return new("pad.f32", new Pad(), [S(3, 4, 5), Lengths(0, -1, 2, 0, 2, -3), Tensor.Scalar(1.5f)]);
        yield return new("pad.f32", new Pad(), [S(3, 4, 5), Lengths(2, 1), null, Lengths(1)]);
        yield return new("pad.f32", new Pad(PadMode.Reflect), [S(3, 4, 5), Lengths(0, 1, 2, 0, 2, 3)]);
        yield return new("pad-gradient.f32", new PadGradient(PadMode.Constant), [S(3, 7, 10), Lengths(3, 4, 5), Lengths(0, 1, 2, 0, 2, 3)]);
        yield return new("transpose.f32", new Transpose { Order = [0, 2, 1] }, [S(3, 17, 19)]);
        yield return new("transpose.f32", new Transpose { Order = [1, 0, 2] }, [S(3, 17, 19)]);
        yield return new("transpose.f32", new Transpose(), [S(5, 6, 7, 8)]);
        yield return new("depth-to-space.f32", new DepthToSpace(3), [S(2, 18, 3, 5)]);
        yield return new("depth-to-space.f32", new DepthToSpace(2) { ChannelFirst = true }, [S(2, 12, 3, 5)]);
        yield return new("space-to-depth.f32", new SpaceToDepth(2), [S(2, 3, 4, 6)]);
    }
}
