using Pare.Kernels.Loops;
using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>Batch normalization with stored statistics: one multiplication and one addition for each number.</summary>
internal sealed class BatchNormalizationF32() : FloatKernel<BatchNormalization>("batch-normalization.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BatchNormalization op, KernelQuery query) =>
        query.Weight(0) is null && NormParameters.AreFloats(query, 1, 4) ? new Planned(op, query) : null;

    private sealed unsafe class Planned(BatchNormalization op, KernelQuery query) : PlannedKernel
    {
        private readonly AxisSlices _slices = BatchNormalization.Channels(query.ShapeOf(0));
        private readonly NormParameters _parameters = new(query, 1, 4);

        public override long PackedBytes => _parameters.Bytes;

        public override long ScratchBytes => 2L * _slices.Length * sizeof(float);

        public override double Seconds => CostModel.Loop(2 * query.Outputs[0].Shape.Elements);

        public override void Pack() => _parameters.Pack();

        public override void Run(in KernelArguments arguments)
        {
            ReadOnlySpan<float> scale = _parameters.Of(arguments, 1), bias = _parameters.Of(arguments, 2);
            ReadOnlySpan<float> mean = _parameters.Of(arguments, 3), variance = _parameters.Of(arguments, 4);
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
            {
                float* factor = (float*)scratch;
                float* shift = factor + _slices.Length;
                for (int c = 0; c < _slices.Length; c++)
                {
                    double slope = scale[c] / Math.Sqrt((double)variance[c] + op.Epsilon);
                    (factor[c], shift[c]) = ((float)slope, (float)(bias[c] - mean[c] * slope));
                }
                Elementwise.ScaleShift(x, factor, shift, y, _slices.Outer, _slices.Length, _slices.Inner, arguments.Pool);
            }
        }
    }
}
