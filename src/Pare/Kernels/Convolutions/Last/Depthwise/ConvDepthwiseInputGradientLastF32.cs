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
            ? new Planned(shape, query, DepthwiseConv.InputGradient(shape, query.Cpu)) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, DepthwiseConv conv) : PlannedKernel
    {
        private readonly ConvWeights _weights = new(query, bias: -1, $"depthwise gradient {query.Cpu.Describe()}", conv.PackedFloats, (w, b, to, _) => conv.Pack(w, b, to));
        private readonly Fused? _epilogue = query.Epilogue();

        public override long PackedBytes => _weights.PackedBytes;

        public override long ScratchBytes => _weights.ScratchBytes + conv.ScratchBytes(query.Threads);

        public override double Seconds => CostModel.Product(shape.MultiplyAdds, shape.AllFloats, query.Cpu);

        public override void Pack() => _weights.Pack();

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0), residual = arguments.Residual(_epilogue))
            fixed (byte* scratch = arguments.Scratch)
            {
                DepthwiseOperands operands = new(_epilogue) { Source = dy, Destination = dx, Weights = _weights.Of(arguments, scratch), Residual = residual };
                conv.Run(operands, arguments.Pool, scratch + _weights.ScratchBytes);
            }
        }
    }
}
