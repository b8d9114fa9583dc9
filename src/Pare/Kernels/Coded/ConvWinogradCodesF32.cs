using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Convolutions.Last.Winograd;
using Pare.Operators;

namespace Pare.Kernels.Coded;

/// <summary>
/// Convolutions by Winograd's forms, see <see cref="ConvWinogradF32"/>, whose weights are codes of a few bits, which stay packed: each run decodes and
/// transforms them, part by part. That takes less time than reading transformed weights from memory, where these are many.
/// </summary>
/// <remarks>The bounds of <see cref="ConvWinogradF32"/> hold with <see cref="ErrorOf"/>: weights are transformed in fp32.</remarks>
internal sealed class ConvWinogradCodesF32(int size) : ConvLastKernel($"conv-winograd-{size}-codes.last.f32")
{
    /// <summary>The stated bound on errors; see the remarks of <see cref="ConvWinogradF32"/>.</summary>
    /// <param name="size">2 or 4.</param>
    public static float ErrorOf(int size) => 1.25f * ConvWinogradF32.ErrorOf(size);

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query)
    {
        if (!query.Winograd || !query.Layout()!.IsImage(0) || (query.Has(2) && query.Weight(2) is null)) return null;
        if (ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is not { } shape || !WinogradConv.Fits(shape)) return null;
        if (CodedWeight.Of(query.Weight(1), 0, query.FlushDenormals) is not { } weight) return null;
        var conv = new WinogradConv(shape, size, query.Cpu, query.Threads);
        return new Planned(shape, query, weight, conv, CodedPanels.Of(shape, weight, conv.OutputPanels, CodeLoops.Of(query.Cpu)));
    }

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, CodedWeight weight, WinogradConv conv, CodedPanels panels) : PlannedConvLast(query, shape.OutChannels)
    {
        private readonly bool _hasBias = query.Has(2);
        private PackedFloats? _packed;
        private CodedPanelDecoder? _decoder;

        public override bool KeepsEncoding => true;

        public override long PackedBytes => PackedFloats.BytesOf(Count);

        public override long ScratchBytes => conv.DecodedScratchBytes(Query.Threads);

        public override double Seconds => conv.DecodedSeconds(Query, weight.Bits, panels.Look);

        // The codes, and behind them the bias and zeros.
        private long Count => (panels.PackedFloats + PixelTile.Line - 1) / PixelTile.Line * PixelTile.Line + conv.BiasFloats;

        public override void Pack()
        {
            _packed = Query.PackedEncoding(1, $"winograd, {panels.Packing}, {conv.BiasFloats} behind", Count, to =>
            {
                panels.Pack(to.Floats);
                var behind = new Span<float>(to.Floats + Count - conv.BiasFloats, conv.BiasFloats);
                behind.Clear();
                using WeightFloats? bias = _hasBias ? new WeightFloats(Query.Weight(2)!, 0, shape.OutChannels, Query.FlushDenormals) : null;
                if (bias is not null) new Span<float>(bias.Floats, shape.OutChannels).CopyTo(behind);
            }, with: 2);
            _decoder = new CodedPanelDecoder(panels, _packed);
        }

        protected override void Run(PixelOperands operands, in KernelArguments arguments, byte* scratch)
        {
            operands.Weights = _packed!.Floats + Count - conv.BiasFloats;
            operands.Decoder = _decoder;
            conv.Run(operands, arguments.Pool, scratch, Query.Threads);
        }
    }
}
