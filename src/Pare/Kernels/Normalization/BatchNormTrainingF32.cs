using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>Batch normalization with the statistics of the batch.</summary>
internal sealed class BatchNormTrainingF32() : FloatKernel<BatchNormTraining>("batch-norm-training.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BatchNormTraining op, KernelQuery query) =>
        query.Weight(0) is null && NormParameters.AreFloats(query, 1, 4) && query.ShapeOf(0).Elements > 0 ? new Planned(op, query) : null;

    private sealed unsafe class Planned(BatchNormTraining op, KernelQuery query) : PlannedKernel
    {
        private readonly AxisSlices _slices = BatchNormalization.Channels(query.ShapeOf(0));
        private readonly NormParameters _parameters = new(query, 1, 4);

        public override long PackedBytes => _parameters.Bytes;

        public override long ScratchBytes => 3L * _slices.Length * sizeof(float);

        public override double Seconds => CostModel.Loop(4 * query.Outputs[0].Shape.Elements);

        public override void Pack() => _parameters.Pack();

        public override void Run(in KernelArguments arguments)
        {
            int channels = _slices.Length;
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), scale = _parameters.Of(arguments, 1), shift = _parameters.Of(arguments, 2))
            fixed (byte* scratch = arguments.Scratch)
            {
                float* mean = (float*)scratch;
                float* inverse = mean + channels;
                float* variance = inverse + channels;
                BatchNorm.Operands operands = new()
                {
                    Batch = _slices.Outer,
                    Channels = channels,
                    Inner = _slices.Inner,
                    Epsilon = op.Epsilon,
                    X = x,
                    Y = y,
                    Scale = scale,
                    Shift = shift,
                    Mean = mean,
                    Inverse = inverse,
                    Variance = variance,
                };
                BatchNorm.Forward(operands, arguments.Pool);
                if (query.Wants(1)) new Span<float>(mean, channels).CopyTo(arguments.Output(1));
                if (query.Wants(2)) new Span<float>(inverse, channels).CopyTo(arguments.Output(2));
                if (query.Wants(3)) Blend(_parameters.Of(arguments, 3), mean, arguments.Output(3));
                if (query.Wants(4)) Blend(_parameters.Of(arguments, 4), variance, arguments.Output(4));
            }
        }

        private void Blend(ReadOnlySpan<float> old, float* batch, Span<float> blended)
        {
            for (int c = 0; c < old.Length; c++)
                blended[c] = (float)((double)op.Momentum * old[c] + (1 - (double)op.Momentum) * batch[c]);
        }
    }
}
