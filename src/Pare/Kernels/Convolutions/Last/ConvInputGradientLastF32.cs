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
        query.IsFloat(1) && query.Node.Operator is ChannelsLast { Results: 1 } last && last.IsImage(0)
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

        public override void Pack() => _values = _weight is null ? null : PackedFloats.Decode(_weight);

        public override void Run(in KernelArguments arguments)
        {
            Tensor? weight = arguments.Inputs[1];
            Tensor? residual = _epilogue is { Residual: true } ? arguments.Inputs[_epilogue.MainInputs] : null;
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0), r = residual is null ? [] : residual.Floats, w = weight is null ? [] : weight.Floats)
            fixed (byte* scratch = arguments.Scratch)
            {
                PixelOperands operands = new()
                {
                    Source = dy,
                    Destination = dx,
                    Residual = r,
                    Clip = _epilogue is { Clips: true },
                    Low = _epilogue?.Low ?? 0,
                    High = _epilogue?.High ?? 0,
                };
                _gradient.Run(operands, _values is null ? w : _values.Floats, scratch, arguments.Pool);
            }
        }
    }
}
