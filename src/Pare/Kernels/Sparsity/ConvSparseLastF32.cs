using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Operators;

namespace Pare.Kernels.Sparsity;

/// <summary>Convolutions of images with channels last whose constant weights are mostly zeros, any window, one group.</summary>
/// <remarks>Zeros that are not stored meet no pixel: where a picture holds an infinity or NaN, results differ from the definition's, which multiplies it by 0.</remarks>
internal sealed class ConvSparseLastF32() : FloatKernel<Conv>("conv-sparse.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override bool WritesIntoChannels => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        SparseWeight.Nonzeros(query.Weight(1)) is { } nonzeros && (query.Weight(2) is not null || !query.Has(2)) && query.Layout()!.IsImage(0)
            && ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is { Groups: 1 } shape && SparseConv.Of(shape, query, nonzeros, shape.Channels * shape.Taps, shape.Taps) is { } conv
            ? new Planned(shape, query, conv) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, SparseConv conv) : PlannedKernel
    {
        private readonly ChannelWindow _window = ChannelWindow.Of(query, shape.OutChannels);
        private readonly Fused? _epilogue = query.Epilogue();
        private PackedFloats? _packed;

        public override long PackedBytes => PackedFloats.BytesOf(conv.PackedFloats);

        public override long ScratchBytes => conv.ScratchBytes(query.Threads);

        public override bool KeepsEncoding => true;

        public override double Seconds => conv.Seconds;

        public override void Pack() => _packed = query.Packed(1, conv.Packing, conv.PackedFloats, conv.Pack, with: 2);

        public override void Run(in KernelArguments arguments)
        {
            _window.Keep(arguments);
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), residual = arguments.Residual(_epilogue))
            fixed (byte* scratch = arguments.Scratch)
            {
                PixelOperands operands = new(_epilogue)
                {
                    Source = x,
                    Destination = y + _window.First,
                    ResultStep = _window.Channels,
                    Weights = _packed!.Floats,
                    Residual = residual,
                };
                conv.Run(operands, arguments.Pool, scratch);
            }
        }
    }
}
