using Pare.Kernels.Bands;
using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Convolutions of images with channels last, any window and groups. Constant weights of any encoding are decoded and packed once.</summary>
internal sealed class ConvLastF32() : ConvLastKernel("conv.last.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        query.IsFloat(1) && query.Layout()!.IsImage(0) && ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is { } shape
            ? new Planned(shape, query, new PixelConv(shape, query.Cpu)) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, PixelConv conv) : PlannedConvLast(query, shape.OutChannels)
    {
        private readonly ConvWeights _weights = new(query, bias: 2, $"pixels {query.Cpu.Describe()} in {shape.Groups} groups", conv.PackedFloats, conv.Pack);

        public override long PackedBytes => _weights.PackedBytes;

        public override long ScratchBytes => _weights.ScratchBytes;

        public override double Seconds => CostModel.Convolution(conv.WorkInside, shape.InputFloats + shape.OutputFloats, shape.WeightFloats, Query);

        public override int ConstantReads => conv.Decodings;

        protected override BandGeometry? BandSizes => _weights.IsConstant ? BandGeometry.Of(shape, sizeof(float)).WithGoodPixels(BandGeometry.PixelsForWeights) : null;

        public override void Pack() => _weights.Pack();

        protected override void Run(PixelOperands operands, in KernelArguments arguments, byte* scratch)
        {
            operands.Weights = _weights.Of(arguments, scratch);
            conv.Run(operands, arguments.Pool);
        }

        protected override void RunRows(PixelOperands operands, int picture, RowRange rows, byte* scratch)
        {
            operands.Weights = _weights.Packed;
            conv.RunRows(operands, picture, rows);
        }
    }
}
