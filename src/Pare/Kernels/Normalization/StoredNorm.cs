using Pare.Kernels.Loops;
using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>Batch normalization with stored statistics, bound to a node.</summary>
/// <param name="op">The operator.</param>
/// <param name="query">The node.</param>
/// <param name="slices">The view of x along its channels.</param>
internal sealed unsafe class StoredNorm(BatchNormalization op, KernelQuery query, AxisSlices slices) : PlannedKernel
{
    private readonly NormParameters _parameters = new(query, 1, 4);

    /// <inheritdoc/>
    public override long PackedBytes => _parameters.Bytes;

    /// <inheritdoc/>
    public override long ScratchBytes => 2L * slices.Length * sizeof(float);

    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop(2 * query.Outputs[0].Shape.Elements);

    /// <inheritdoc/>
    public override void Pack() => _parameters.Pack();

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        ReadOnlySpan<float> scale = _parameters.Of(arguments, 1), bias = _parameters.Of(arguments, 2);
        ReadOnlySpan<float> mean = _parameters.Of(arguments, 3), variance = _parameters.Of(arguments, 4);
        fixed (float* x = arguments.Input(0), y = arguments.Output(0))
        fixed (byte* scratch = arguments.Scratch)
        {
            float* factor = (float*)scratch;
            float* shift = factor + slices.Length;
            for (int c = 0; c < slices.Length; c++)
            {
                double slope = scale[c] / Math.Sqrt((double)variance[c] + op.Epsilon);
                (factor[c], shift[c]) = ((float)slope, (float)(bias[c] - mean[c] * slope));
            }
            Elementwise.ScaleShift(x, factor, shift, y, slices.Outer, slices.Length, slices.Inner, arguments.Pool);
        }
    }
}
