using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Sums of values of one shape, added in order.</summary>
internal sealed class VariadicF32() : FloatKernel<Variadic>("sum.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Variadic op, KernelQuery query) =>
        op.Function == VariadicFunction.Sum && query.ReadsValuesOnly()
        && Enumerable.Range(0, query.Inputs.Length).All(i => query.ShapeOf(i).Equals(query.Outputs[0].Shape))
            ? new Planned(query.Outputs[0].Shape.Elements, query.Inputs.Length) : null;

    private sealed unsafe class Planned(long count, int inputs) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(3.0 * count * inputs);

        public override void Run(in KernelArguments arguments)
        {
            if (inputs == 1)
                arguments.Input(0).CopyTo(arguments.Output(0));
            for (int i = 1; i < inputs; i++)
            {
                fixed (float* a = i == 1 ? arguments.Input(0) : arguments.Output(0), b = arguments.Input(i), y = arguments.Output(0))
                    Elementwise.Map<AddOperation>(a, b, y, count, arguments.Pool);
            }
        }
    }
}
