using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>The gradients of batch normalization with stored statistics.</summary>
internal sealed class BatchNormalizationGradientF32() : FloatKernel<BatchNormalizationGradient>("batch-normalization-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BatchNormalizationGradient op, KernelQuery query) =>
        query.IsFloat(1) && query.Weight(0) is null && query.Weight(1) is null && NormParameters.AreFloats(query, 2, 3) ? new Planned(op, query) : null;

    private sealed unsafe class Planned(BatchNormalizationGradient op, KernelQuery query) : PlannedKernel
    {
        private readonly AxisSlices _slices = BatchNormalization.Channels(query.ShapeOf(1));
        private readonly NormParameters _parameters = new(query, 2, 3);

        public override long PackedBytes => _parameters.Bytes;

        public override long ScratchBytes => 3L * _slices.Length * sizeof(float);

        public override double Seconds => CostModel.Loop(4 * query.Outputs[0].Shape.Elements);

        public override void Pack() => _parameters.Pack();

        public override void Run(in KernelArguments arguments)
        {
            ReadOnlySpan<float> variance = _parameters.Of(arguments, 4);
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dx = arguments.Output(0))
            fixed (float* scale = _parameters.Of(arguments, 2), mean = _parameters.Of(arguments, 3))
            fixed (byte* scratch = arguments.Scratch)
            {
                float* inverse = (float*)scratch;
                for (int c = 0; c < _slices.Length; c++)
                    inverse[c] = (float)(1 / Math.Sqrt((double)variance[c] + op.Epsilon));
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
                    DScale = inverse + _slices.Length,
                    DShift = inverse + 2 * _slices.Length,
                    Stored = true,
                };
                BatchNorm.Backward(operands, arguments.Pool);
                if (query.Wants(1)) new Span<float>(operands.DScale, _slices.Length).CopyTo(arguments.Output(1));
                if (query.Wants(2)) new Span<float>(operands.DShift, _slices.Length).CopyTo(arguments.Output(2));
            }
        }
    }
}
