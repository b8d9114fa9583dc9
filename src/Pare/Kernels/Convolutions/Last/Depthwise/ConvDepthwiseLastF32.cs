using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>Depthwise convolutions of images with channels last, any window. Constant weights of any encoding are decoded and packed once.</summary>
internal sealed class ConvDepthwiseLastF32() : FloatKernel<Conv>("conv-depthwise.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        query.IsFloat(1) && ((ChannelsLast)query.Node.Operator).IsImage(0)
        && ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is { } shape && DepthwiseConv.Takes(shape) ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly DepthwiseConv _conv = DepthwiseConv.Forward(shape, query.Cpu);
        private readonly Fused? _epilogue = query.Epilogue();
        private readonly WeightEncoding? _weight = query.Weight(1);
        private readonly WeightEncoding? _bias = query.Weight(2);
        private PackedFloats? _packed, _weightValues, _biasValues;

        // What is computed by other nodes, a bias perhaps alone, is packed in each run.
        private bool IsConstant => _weight is not null && (_bias is not null || !query.Has(2));

        private long PackScratch => IsConstant ? 0 : Products.Scratch.Bytes(_conv.PackedFloats);

        public override long PackedBytes => IsConstant ? PackedFloats.BytesOf(_conv.PackedFloats) : PackedFloats.BytesOf(_weight) + PackedFloats.BytesOf(_bias);

        public override long ScratchBytes => PackScratch + _conv.ScratchBytes(query.Threads);

        public override double Seconds => CostModel.Convolution(shape.MultiplyAdds, shape.InputFloats + shape.OutputFloats, shape.WeightFloats, query.Cpu);

        public override void Pack()
        {
            if (IsConstant)
                _packed = query.Packed(1, $"depthwise {query.Cpu.Describe()}", _conv.PackedFloats, (from, bias, to) => _conv.Pack(from, bias, to), with: 2);
            else
                (_weightValues, _biasValues) = (query.Decoded(1), query.Decoded(2));
        }

        public override void Run(in KernelArguments arguments)
        {
            Tensor? weight = arguments.Inputs[1], bias = arguments.Inputs.Length > 2 ? arguments.Inputs[2] : null;
            Tensor? residual = _epilogue is { Residual: true } ? arguments.Inputs[_epilogue.MainInputs] : null;
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), r = residual is null ? [] : residual.Floats)
            fixed (float* w = weight is null ? [] : weight.Floats, b = bias is null ? [] : bias.Floats)
            fixed (byte* scratch = arguments.Scratch)
            {
                float* packed = _packed is null ? new Products.Scratch(scratch).Take(_conv.PackedFloats) : _packed.Floats;
                if (_packed is null)
                    _conv.Pack(_weightValues is null ? w : _weightValues.Floats, _biasValues is null ? b : _biasValues.Floats, packed);
                DepthwiseOperands operands = new()
                {
                    Source = x,
                    Destination = y,
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
