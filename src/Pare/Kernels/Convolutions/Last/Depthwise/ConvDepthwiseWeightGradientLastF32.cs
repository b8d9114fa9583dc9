namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>dw of depthwise convolutions with channels last, one output a channel.</summary>
internal sealed class ConvDepthwiseWeightGradientLastF32() : FloatKernel<Operators.ConvWeightGradient>("conv-depthwise-weight-gradient.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.ConvWeightGradient op, KernelQuery query) =>
        query.IsFloat(1) && query.ReadsValuesOnly() && query.Layout() is { Images: 3, Results: 0 }
        && ConvShapes.OfLast(op.Conv, query.ShapeOf(1), query.Outputs[0].Shape) is { } shape && DepthwiseConv.Takes(shape) && shape.GroupOutChannels == 1
            ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly DepthwiseTapGradient _gradient = new(shape, query.Cpu);

        public override long ScratchBytes => _gradient.ScratchBytes;

        public override double Seconds => CostModel.Product(shape.MultiplyAdds, shape.AllFloats, query.Cpu);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dw = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                _gradient.Run(x, dy, dw, arguments.Pool, scratch);
        }
    }
}
