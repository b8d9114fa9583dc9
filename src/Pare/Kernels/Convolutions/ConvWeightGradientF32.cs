namespace Pare.Kernels.Convolutions;

/// <summary>dw of convolutions of one and two spatial axes.</summary>
internal sealed class ConvWeightGradientF32() : FloatKernel<Operators.ConvWeightGradient>("conv-weight-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.ConvWeightGradient op, KernelQuery query) =>
        query.IsFloat(1) && query.ReadsValuesOnly() && ConvShapes.Of(op.Conv, query.ShapeOf(1), query.Outputs[0].Shape) is { } shape
            ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly ConvWeightGradient _gradient = ConvWeightGradient.Create(shape, query.Cpu);

        public override long ScratchBytes => _gradient.ScratchBytes(query.Threads);

        public override double Seconds => CostModel.Product(shape.MultiplyAdds, shape.AllFloats, query.Cpu);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dw = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                _gradient.Run(x, dy, dw, arguments.Pool, scratch);
        }
    }
}
