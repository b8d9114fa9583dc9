using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>The gradients of batch normalization with the statistics of the batch.</summary>
internal sealed class BatchNormTrainingGradientF32() : FloatKernel<BatchNormTrainingGradient>("batch-norm-training-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BatchNormTrainingGradient op, KernelQuery query) =>
        query.IsFloat(1) && query.Weight(0) is null && query.Weight(1) is null && NormParameters.AreFloats(query, 2, 3) ? new Planned(query) : null;

    private sealed unsafe class Planned(KernelQuery query) : PlannedKernel
    {
        private readonly AxisSlices _slices = BatchNormalization.Channels(query.ShapeOf(1));
        private readonly NormParameters _parameters = new(query, 2, 3);

        public override long PackedBytes => _parameters.Bytes;

        public override long ScratchBytes => 2L * _slices.Length * sizeof(float);

        public override double Seconds => CostModel.Loop(5 * query.Outputs[0].Shape.Elements);

        public override void Pack() => _parameters.Pack();

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dx = arguments.Output(0))
            fixed (float* scale = _parameters.Of(arguments, 2), mean = _parameters.Of(arguments, 3), inverse = _parameters.Of(arguments, 4))
            fixed (byte* scratch = arguments.Scratch)
            {
                float* sums = (float*)scratch;
                BatchNorm.Operands operands = new()
                {
                    Batch = _slices.Outer,
                    Channels = _slices.Length,
                    Inner = _slices.Inner,
                    X = x,
                    Y = dy,
                    Dx = dx,
                    Scale = scale,
                    Mean = mean,
                    Inverse = inverse,
                    DScale = sums,
                    DShift = sums + _slices.Length,
                };
                BatchNorm.Backward(operands, arguments.Pool);
                if (query.Wants(1)) new Span<float>(operands.DScale, _slices.Length).CopyTo(arguments.Output(1));
                if (query.Wants(2)) new Span<float>(operands.DShift, _slices.Length).CopyTo(arguments.Output(2));
            }
        }
    }
}
