using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Convolutions of images with channels last, any window and groups. Constant weights of any encoding are decoded and packed once.</summary>
internal sealed class ConvLastF32() : FloatKernel<Conv>("conv.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override bool WritesIntoChannels => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        query.IsFloat(1) && query.Layout()!.IsImage(0) && ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is { } shape
            ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly PixelConv _conv = new(shape, query.Cpu);
        private readonly ChannelWindow _window = ChannelWindow.Of(query, shape.OutChannels);
        private readonly Fused? _epilogue = query.Epilogue();
        private readonly WeightEncoding? _weight = query.Weight(1);
        private readonly WeightEncoding? _bias = query.Weight(2);
        private PackedFloats? _packed, _weightValues, _biasValues;

        // What is computed by other nodes, a bias perhaps alone, is packed in each run.
        private bool IsConstant => _weight is not null && (_bias is not null || !query.Has(2));

        public override long PackedBytes => IsConstant ? PackedFloats.BytesOf(_conv.PackedFloats) : PackedFloats.BytesOf(_weight) + PackedFloats.BytesOf(_bias);

        public override long ScratchBytes => IsConstant ? 0 : _conv.PackedFloats * sizeof(float);

        public override double Seconds => CostModel.Convolution(_conv.WorkInside, shape.InputFloats + shape.OutputFloats, shape.WeightFloats, query.Cpu);

        public override void Pack()
        {
            if (!IsConstant)
            {
                (_weightValues, _biasValues) = (query.Decoded(1), query.Decoded(2));
                return;
            }
            _packed = query.Packed(
                1, $"pixels {query.Cpu.Describe()} in {shape.Groups} groups", _conv.PackedFloats,
                (from, bias, to) => _conv.Pack(from, bias, to, WorkerPool.Shared(1)), with: 2);
        }

        public override void Run(in KernelArguments arguments)
        {
            Tensor? weight = arguments.Inputs[1], bias = arguments.Inputs.Length > 2 ? arguments.Inputs[2] : null;
            Tensor? residual = _epilogue is { Residual: true } ? arguments.Inputs[_epilogue.MainInputs] : null;
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), r = residual is null ? [] : residual.Floats)
            fixed (float* w = weight is null ? [] : weight.Floats, b = bias is null ? [] : bias.Floats)
            fixed (byte* scratch = arguments.Scratch)
            {
                if (_packed is null)
                    _conv.Pack(_weightValues is null ? w : _weightValues.Floats, _biasValues is null ? b : _biasValues.Floats, (float*)scratch, arguments.Pool);
                _window.Keep(arguments);
                PixelOperands operands = new()
                {
                    Source = x,
                    Destination = y + _window.First,
                    ResultStep = _window.Channels,
                    Weights = _packed is null ? (float*)scratch : _packed.Floats,
                    Residual = r,
                    Clip = _epilogue is { Clips: true },
                    Low = _epilogue?.Low ?? 0,
                    High = _epilogue?.High ?? 0,
                };
                _conv.Run(operands, arguments.Pool);
            }
        }
    }
}
