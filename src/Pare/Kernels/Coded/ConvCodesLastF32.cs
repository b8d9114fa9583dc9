using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Products;
using Pare.Operators;

namespace Pare.Kernels.Coded;

/// <summary>Convolutions of images with channels last whose weights are codes of a few bits, which stay packed: each run decodes a part that fits the first cache, and multiplies pixels with it.</summary>
/// <remarks>The numbers are those that the encoding decodes to, up to the rounding of several scales, and sums are those of <see cref="PixelConv"/>.</remarks>
internal sealed class ConvCodesLastF32() : ConvLastKernel("conv-codes.last.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query)
    {
        if (!query.Layout()!.IsImage(0) || (query.Has(2) && query.Weight(2) is null)) return null;
        if (ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is not { IsDepthwise: false } shape) return null;
        return CodedWeight.Of(query.Weight(1), 0, query.FlushDenormals) is { } weight ? new Planned(shape, query, weight) : null;
    }

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, CodedWeight weight, PixelConv conv, CodedPanels panels) : PlannedConvLast(query, shape.OutChannels)
    {
        private readonly bool _hasBias = query.Has(2);
        private PackedFloats? _packed;
        private CodedPanelDecoder? _decoder;

        public Planned(ConvShape shape, KernelQuery query, CodedWeight weight) : this(shape, query, weight, new PixelConv(shape, query.Cpu, decodes: true)) { }

        private Planned(ConvShape shape, KernelQuery query, CodedWeight weight, PixelConv conv)
            : this(shape, query, weight, conv, CodedPanels.Of(shape, weight, conv.GroupPanels, CodeLoops.Of(query.Cpu))) { }

        public override bool KeepsEncoding => true;

        public override long PackedBytes => PackedFloats.BytesOf(Count);

        public override long ScratchBytes => Scratch.Bytes((long)Query.Threads * conv.DecodedFloats);

        public override double Seconds =>
            CostModel.Convolution(conv.WorkInside, shape.InputFloats + shape.OutputFloats, (double)shape.WeightFloats * weight.Bits / 32, Query)
            + CostModel.Decoding((double)conv.Decodings * shape.WeightFloats, panels.Look, Query.Cpu);

        // The codes, and behind them the biases.
        private long Count => (panels.PackedFloats + PixelTile.Line - 1) / PixelTile.Line * PixelTile.Line + conv.BiasFloats;

        public override void Pack()
        {
            _packed = Query.PackedEncoding(1, $"pixels, {panels.Packing}", Count, to =>
            {
                panels.Pack(to.Floats);
                using WeightFloats? bias = _hasBias ? new WeightFloats(Query.Weight(2)!, 0, shape.OutChannels, Query.FlushDenormals) : null;
                conv.PackBias(bias is null ? null : bias.Floats, to.Floats + Count - conv.BiasFloats);
            }, with: 2);
            _decoder = new CodedPanelDecoder(panels, _packed);
        }

        protected override void Run(PixelOperands operands, in KernelArguments arguments, byte* scratch)
        {
            operands.Weights = _packed!.Floats + Count - conv.BiasFloats;
            operands.Decoder = _decoder;
            operands.Decoded = new Scratch(scratch).Take((long)Query.Threads * conv.DecodedFloats);
            conv.Run(operands, arguments.Pool);
        }
    }
}
