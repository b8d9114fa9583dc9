using Pare.Kernels.Bands;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Operators;

namespace Pare.Kernels.Sparsity;

/// <summary>Convolutions of images with channels last whose constant weights are mostly zeros, any window, one group.</summary>
/// <remarks>Zeros that are not stored meet no pixel: where a picture holds an infinity or NaN, results differ from the definition's, which multiplies it by 0.</remarks>
internal sealed class ConvSparseLastF32() : ConvLastKernel("conv-sparse.last.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        SparseWeight.Of(query.Weight(1)) is { } weight && (query.Weight(2) is not null || !query.Has(2)) && query.Layout()!.IsImage(0)
            && ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is { Groups: 1 } shape && SparseConv.Of(shape, query, weight, shape.Channels * shape.Taps, shape.Taps) is { } conv
            ? new Planned(shape, query, conv) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, SparseConv conv) : PlannedConvLast(query, shape.OutChannels)
    {
        private PackedFloats? _packed;

        public override long PackedBytes => PackedFloats.BytesOf(conv.PackedFloats);

        public override long ScratchBytes => conv.ScratchBytes(Query.Threads);

        public override bool KeepsEncoding => true;

        public override double Seconds => conv.Seconds;

        public override long BandScratchBytes => conv.ScratchBytes(1);

        public override int ConstantReads => conv.Readings;

        protected override BandGeometry? BandSizes => conv.Bands;

        public override void Pack() => _packed = Query.Packed(1, conv.Packing, conv.PackedFloats, conv.Pack, with: 2);

        protected override void Run(PixelOperands operands, in KernelArguments arguments, byte* scratch)
        {
            operands.Weights = _packed!.Floats;
            conv.Run(operands, arguments.Pool, scratch);
        }

        protected override void RunRows(PixelOperands operands, int picture, RowRange rows, byte* scratch)
        {
            operands.Weights = _packed!.Floats;
            conv.RunRows(operands, picture, rows, scratch);
        }
    }
}
