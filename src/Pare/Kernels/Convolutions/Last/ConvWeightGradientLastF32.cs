namespace Pare.Kernels.Convolutions.Last;

/// <summary>dw of convolutions of images with channels last, any window and groups.</summary>
internal sealed class ConvWeightGradientLastF32() : FloatKernel<Operators.ConvWeightGradient>("conv-weight-gradient.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.ConvWeightGradient op, KernelQuery query) =>
        query.IsFloat(1) && query.ReadsValuesOnly() && query.Layout() is { Images: 3, Results: 0 }
        && ConvShapes.OfLast(op.Conv, query.ShapeOf(1), query.Outputs[0].Shape) is { } shape ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly WeightGradient _gradient = new(shape, query.Cpu);

        public override long ScratchBytes => _gradient.ScratchFloats * sizeof(float);

        public override double Seconds => CostModel.Product(_gradient.WorkWithPadding, shape.AllFloats, query.Cpu);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dw = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                _gradient.Run(x, dy, dw, (float*)scratch, arguments.Pool);
        }
    }
}
