using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>dx of convolutions of images with channels last, any window and groups, plus a residual; weights are values or constants.</summary>
internal sealed class ConvInputGradientLastF32() : FloatKernel<Operators.ConvInputGradient>("conv-input-gradient.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.ConvInputGradient op, KernelQuery query) =>
        query.IsFloat(1) && query.Layout() is { Results: 1 } layout && layout.IsImage(0)
        && ConvShapes.OfLast(op.Conv, query.Outputs[0].Shape, query.ShapeOf(1)) is { } shape ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly InputGradient _gradient = new(shape, query.Cpu);
        private readonly Fused? _epilogue = query.Epilogue();
        private readonly WeightEncoding? _weight = query.Weight(1);
        private PackedFloats? _values;

        public override long PackedBytes => PackedFloats.BytesOf(_weight);

        public override long ScratchBytes => _gradient.ScratchFloats * sizeof(float);

        public override double Seconds => CostModel.Product(_gradient.WorkWithPadding, shape.AllFloats, query.Cpu);

        public override void Pack() => _values = query.Decoded(1);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0), residual = arguments.Residual(_epilogue))
            fixed (float* weights = _values is null ? arguments.Input(1) : [])
            fixed (byte* scratch = arguments.Scratch)
            {
                PixelOperands operands = new(_epilogue) { Source = dy, Destination = dx, Residual = residual };
                _gradient.Run(operands, _values is null ? weights : _values.Floats, scratch, arguments.Pool);
            }
        }
    }
}
