using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>The gradient of Clip with limits that are constants or values.</summary>
internal sealed class ClipGradientF32() : FloatKernel<ClipGradient>("clip-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(ClipGradient op, KernelQuery query) => query.ReadsValuesOnly() ? new Planned(query.Outputs[0].Shape.Elements) : null;

    private sealed unsafe class Planned(long count) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(3 * count);

        public override void Run(in KernelArguments arguments)
        {
            float low = Limit(arguments, 2, float.NegativeInfinity), high = Limit(arguments, 3, float.PositiveInfinity);
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dx = arguments.Output(0))
                Elementwise.ClipBackward(dy, x, dx, count, low, high, arguments.Pool);
        }

        private static float Limit(in KernelArguments arguments, int input, float otherwise) =>
            input < arguments.Inputs.Length && arguments.Inputs[input] is { } limit ? limit.Floats[0] : otherwise;
    }
}
