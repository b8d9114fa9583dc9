using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>dx of depthwise convolutions with channels last, one output a channel; weights are values or constants.</summary>
internal sealed class ConvDepthwiseInputGradientLastF32() : FloatKernel<Operators.ConvInputGradient>("conv-depthwise-input-gradient.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.ConvInputGradient op, KernelQuery query) =>
        query.IsFloat(1) && query.Layout() is { Results: 1 } layout && layout.IsImage(0) && !layout.IsImage(1)
        && ConvShapes.OfLast(op.Conv, query.Outputs[0].Shape, query.ShapeOf(1)) is { } shape && DepthwiseConv.Takes(shape) && shape.GroupOutChannels == 1
            ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly DepthwiseConv _conv = DepthwiseConv.InputGradient(shape, query.Cpu);
        private readonly Fused? _epilogue = query.Epilogue();
        private readonly WeightEncoding? _weight = query.Weight(1);
        private PackedFloats? _packed;

        private long PackScratch => _weight is not null ? 0 : Products.Scratch.Bytes(_conv.PackedFloats);

        public override long PackedBytes => _weight is null ? 0 : PackedFloats.BytesOf(_conv.PackedFloats);

        public override long ScratchBytes => PackScratch + _conv.ScratchBytes(query.Threads);

        public override double Seconds => CostModel.Product(shape.MultiplyAdds, shape.AllFloats, query.Cpu);

        public override void Pack()
        {
            if (_weight is not null)
                _packed = query.Packed(1, $"depthwise gradient {query.Cpu.Describe()}", _conv.PackedFloats, (from, _, to) => _conv.Pack(from, null, to));
        }

        public override void Run(in KernelArguments arguments)
        {
            Tensor? weight = arguments.Inputs[1];
            Tensor? residual = _epilogue is { Residual: true } ? arguments.Inputs[_epilogue.MainInputs] : null;
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0), w = weight is null ? [] : weight.Floats, r = residual is null ? [] : residual.Floats)
            fixed (byte* scratch = arguments.Scratch)
            {
                float* packed = _packed is null ? new Products.Scratch(scratch).Take(_conv.PackedFloats) : _packed.Floats;
                if (_packed is null)
                    _conv.Pack(w, null, packed);
                DepthwiseOperands operands = new()
                {
                    Source = dy,
                    Destination = dx,
                    Weights = packed,
                    Residual = r,
                    Low = _epilogue?.Low ?? float.NegativeInfinity,
                    High = _epilogue?.High ?? float.PositiveInfinity,
                };
                _conv.Run(operands, arguments.Pool, scratch + PackScratch);
            }
        }
    }
}
