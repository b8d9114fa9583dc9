using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>The gradient of the mean squared error.</summary>
internal sealed class MeanSquaredErrorGradientF32() : FloatKernel<MeanSquaredErrorGradient>("mean-squared-error-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(MeanSquaredErrorGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() ? new Planned(query.Outputs[0].Shape.Elements) : null;

    private sealed unsafe class Planned(long count) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(3 * count);

        public override void Run(in KernelArguments arguments)
        {
            var factor = (float)(2.0 * arguments.Input(0)[0] / count);
            fixed (float* prediction = arguments.Input(1), target = arguments.Input(2), dx = arguments.Output(0))
                Elementwise.ScaledDifference(prediction, target, dx, count, factor, arguments.Pool);
        }
    }
}
