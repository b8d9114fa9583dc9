namespace Pare.Kernels.Convolutions;

/// <summary>dx of convolutions of one and two spatial axes; weights are values or constants.</summary>
internal sealed class ConvInputGradientF32() : FloatKernel<Operators.ConvInputGradient>("conv-input-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.ConvInputGradient op, KernelQuery query) =>
        query.IsFloat(1) && ConvShapes.Of(op.Conv, query.Outputs[0].Shape, query.ShapeOf(1)) is { } shape ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly ConvInputGradient _gradient = new(shape, query.Cpu);
        private readonly WeightEncoding? _weight = query.Weight(1);
        private PackedFloats? _values;

        public override long PackedBytes => PackedFloats.BytesOf(_weight);

        public override long ScratchBytes => _gradient.ScratchBytes(query.Threads);

        public override double Seconds => CostModel.Product(shape.MultiplyAdds, shape.AllFloats, query.Cpu);

        public override void Pack() => _values = query.Decoded(1);

        public override void Run(in KernelArguments arguments)
        {
            Tensor? weight = arguments.Inputs[1];
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0), w = weight is null ? [] : weight.Floats)
            fixed (byte* scratch = arguments.Scratch)
                _gradient.Run(dy, _values is null ? w : _values.Floats, dx, arguments.Pool, scratch);
        }
    }
}
