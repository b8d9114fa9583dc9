using Pare.Kernels.Bits;
using Pare.Kernels.Coded;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Convolutions.Last.Depthwise;
using Pare.Kernels.Integer;
using Pare.Kernels.Loops;
using Pare.Kernels.Normalization;
using Pare.Kernels.Normalization.Last;
using Pare.Kernels.Pooling;
using Pare.Kernels.Pooling.Last;
using Pare.Kernels.Products;
using Pare.Kernels.Quantization;
using Pare.Kernels.Sparsity;

namespace Pare.Kernels;

/// <summary>The kernels. Order only breaks ties of predicted time; <see cref="Evaluation"/> runs what no other kernel takes.</summary>
internal static class KernelCatalog
{
    /// <summary>The scalar definitions alone.</summary>
    public static Catalog<Kernel> Definitions { get; } = new("kernel", [new Evaluation()]);

    public static Catalog<Kernel> Default { get; } = new("kernel",
    [
        new ConvF32(),
        new ConvDepthwiseLastF32(),
        new ConvDepthwiseInputGradientLastF32(),
        new ConvDepthwiseWeightGradientLastF32(),
        new ConvLastF32(),
        new ConvWinogradF32(2),
        new ConvWinogradF32(4),
        new ConvSparseLastF32(),
        new GemmSparseF32(),
        new ConvInputGradientF32(),
        new ConvWeightGradientF32(),
        new ConvInputGradientLastF32(),
        new ConvWeightGradientLastF32(),
        new BatchNormTrainingLastF32(),
        new BatchNormTrainingGradientLastF32(),
        new MaxPoolGradientLastF32(),
        new AveragePoolGradientLastF32(),
        new GlobalAveragePoolGradientLastF32(),
        new ConvTransposeF32(),
        new ConvCodesLastF32(),
        new ConvWinogradCodesF32(2),
        new ConvWinogradCodesF32(4),
        new GemmCodesF32(),
        new MatMulCodesF32(),
        new GemmF32(),
        new MatMulF32(),
        new MaxPoolF32(),
        new MaxPoolGradientF32(),
        new AveragePoolF32(),
        new AveragePoolGradientF32(),
        new GlobalAveragePoolF32(),
        new GlobalAveragePoolGradientF32(),
        new BatchNormalizationF32(),
        new BatchNormalizationGradientF32(),
        new BatchNormTrainingF32(),
        new BatchNormTrainingGradientF32(),
        new LocalResponseNormalizationF32(),
        new LocalResponseNormalizationGradientF32(),
        new LayerNormalizationF32(),
        new InstanceNormalizationF32(),
        new GroupNormalizationF32(),
        new StandardizeGradientF32(),
        new ResizeF32(),
        new ResizeGradientF32(),
        new UnaryF32(),
        new UnaryGradientF32(),
        new BinaryF32(),
        new VariadicF32(),
        new ClipF32(),
        new ReductionF32(),
        new SoftmaxF32(),
        new SoftmaxGradientF32(),
        new SliceMove(ofBytes: false),
        new SliceMove(ofBytes: true),
        new SliceGradientF32(),
        new PadMove(ofBytes: false),
        new PadMove(ofBytes: true),
        new PadGradientF32(),
        new TransposeMove(ofBytes: false),
        new TransposeMove(ofBytes: true),
        new DepthToSpaceF32(),
        new SpaceToDepthF32(),
        new GlobalMaxPoolF32(),
        new GlobalMaxPoolGradientF32(),
        new ClipGradientF32(),
        new FakeQuantizeF32(),
        new FakeQuantizeGradientF32(),
        new DropoutTrainingF32(),
        new MeanSquaredErrorF32(),
        new MeanSquaredErrorGradientF32(),
        new SoftmaxCrossEntropyF32(),
        new SoftmaxCrossEntropyGradientF32(),
        new ConcatMove(ofBytes: false),
        new ConcatMove(ofBytes: true),
        new CopyIntoF32(),
        new SplitMove(ofBytes: false),
        new SplitMove(ofBytes: true),
        new MaxPoolLastF32(),
        new AveragePoolLastF32(),
        new GlobalMaxPoolLastF32(),
        new GlobalAveragePoolLastF32(),
        new LocalResponseNormalizationLastF32(),
        new BatchNormalizationLastF32(),
        new ResizeLastF32(),
        new ChannelShuffleF32(),
        new ChannelShuffleBytes(),
        new QuantizeF32(),
        new DequantizeF32(),
        new BinarizeF32(last: true),
        new BinarizeF32(last: false),
        new ConvBinaryLast(),
        new GemmBinary(),
        new ConvBinaryOutputsLast(),
        new GemmBinaryOutputs(),
        new ConvBinaryWordsLast(),
        new GemmBinaryWords(),
        new ConvDepthwiseIntegerLast(),
        new ConvIntegerLast(),
        new GemmInteger(),
        new AddInteger(),
        new MultiplyInteger(),
        new TableInteger(),
        new AveragePoolIntegerLast(),
        new MaxPoolIntegerLast(),
        new Evaluation(),
    ]);
}
