using Pare.Operators;

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
            ? new Planned(shape, query, new PixelConv(shape, query.Cpu)) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, PixelConv conv) : PlannedKernel
    {
        private readonly ConvWeights _weights = new(query, bias: 2, $"pixels {query.Cpu.Describe()} in {shape.Groups} groups", conv.PackedFloats, conv.Pack);
        private readonly ChannelWindow _window = ChannelWindow.Of(query, shape.OutChannels);
        private readonly Fused? _epilogue = query.Epilogue();

        public override long PackedBytes => _weights.PackedBytes;

        public override long ScratchBytes => _weights.ScratchBytes;

        public override double Seconds => CostModel.Convolution(conv.WorkInside, shape.InputFloats + shape.OutputFloats, shape.WeightFloats, query);

        public override void Pack() => _weights.Pack();

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
                    Weights = _weights.Of(arguments, scratch),
                    Residual = residual,
                };
                conv.Run(operands, arguments.Pool);
            }
        }
    }
}
