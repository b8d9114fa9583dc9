using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Clip with limits that are constants or values.</summary>
internal sealed class ClipF32() : FloatKernel<Clip>("clip.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Clip op, KernelQuery query) => query.ReadsValuesOnly() ? new Planned(query.Outputs[0].Shape.Elements) : null;

    private sealed unsafe class Planned(long count) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(2 * count);

        public override void Run(in KernelArguments arguments)
        {
            float low = Limit(arguments, 1, float.NegativeInfinity), high = Limit(arguments, 2, float.PositiveInfinity);
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
                Elementwise.Clip(x, y, count, Math.Min(low, high), high, arguments.Pool);   // limits that cross give the upper one, as ONNX says
        }

        private static float Limit(in KernelArguments arguments, int input, float otherwise) =>
            input < arguments.Inputs.Length && arguments.Inputs[input] is { } limit ? limit.Floats[0] : otherwise;
    }
}
