using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Products;
using Pare.Operators;

namespace Pare.Kernels.Coded;

/// <summary>Convolutions of images with channels last whose weights are codes of a few bits, which stay packed: each run decodes a part that fits the first cache, and multiplies pixels with it.</summary>
/// <remarks>The numbers are those that the encoding decodes to, up to the rounding of several scales, and sums are those of <see cref="PixelConv"/>.</remarks>
internal sealed class ConvCodesLastF32() : FloatKernel<Conv>("conv-codes.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override bool WritesIntoChannels => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query)
    {
        if (!query.Layout()!.IsImage(0) || (query.Has(2) && query.Weight(2) is null)) return null;
        if (ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is not { IsDepthwise: false } shape) return null;
        return CodedWeight.Of(query.Weight(1), 0, query.FlushDenormals) is { } weight ? new Planned(shape, query, weight) : null;
    }

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, CodedWeight weight, PixelConv conv, CodedPanels panels) : PlannedKernel
    {
        private readonly ChannelWindow _window = ChannelWindow.Of(query, shape.OutChannels);
        private readonly Fused? _epilogue = query.Epilogue();
        private readonly bool _hasBias = query.Has(2);
        private PackedFloats? _packed;
        private CodedPanelDecoder? _decoder;

        public Planned(ConvShape shape, KernelQuery query, CodedWeight weight) : this(shape, query, weight, new PixelConv(shape, query.Cpu, decodes: true)) { }

        private Planned(ConvShape shape, KernelQuery query, CodedWeight weight, PixelConv conv)
            : this(shape, query, weight, conv, CodedPanels.Of(shape, weight, conv.GroupPanels, CodeLoops.Of(query.Cpu))) { }

        public override bool KeepsEncoding => true;

        public override long PackedBytes => PackedFloats.BytesOf(Count);

        public override long ScratchBytes => Scratch.Bytes((long)query.Threads * conv.DecodedFloats);

        public override double Seconds =>
            CostModel.Convolution(conv.WorkInside, shape.InputFloats + shape.OutputFloats, (double)shape.WeightFloats * weight.Bits / 32, query)
            + CostModel.Decoding((double)conv.Decodings * shape.WeightFloats, panels.Look, query.Cpu);

        // The codes, and behind them the biases.
        private long Count => (panels.PackedFloats + PixelTile.Line - 1) / PixelTile.Line * PixelTile.Line + conv.BiasFloats;

        public override void Pack()
        {
            _packed = query.PackedEncoding(1, $"pixels, {panels.Packing}", Count, to =>
            {
                panels.Pack(to.Floats);
                using WeightFloats? bias = _hasBias ? new WeightFloats(query.Weight(2)!, 0, shape.OutChannels, query.FlushDenormals) : null;
                conv.PackBias(bias is null ? null : bias.Floats, to.Floats + Count - conv.BiasFloats);
            }, with: 2);
            _decoder = new CodedPanelDecoder(panels, _packed);
        }

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
                    Weights = _packed!.Floats + Count - conv.BiasFloats,
                    Decoder = _decoder,
                    Decoded = new Scratch(scratch).Take((long)query.Threads * conv.DecodedFloats),
                    Residual = residual,
                };
                conv.Run(operands, arguments.Pool);
            }
        }
    }
}
