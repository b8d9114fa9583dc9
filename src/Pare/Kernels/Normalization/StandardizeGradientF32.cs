using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>What the gradients of layer, instance and group normalization share.</summary>
internal sealed class StandardizeGradientF32() : FloatKernel<StandardizeGradient>("standardize-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(StandardizeGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() && query.Wants(1) ? new Planned(op, query.ShapeOf(1)) : null;

    private sealed unsafe class Planned(StandardizeGradient op, Shape x) : PlannedKernel
    {
        private readonly int _rows = x.Fixed.Take(op.Axis).Aggregate(op.Groups, (rows, length) => rows * length);

        public override double Seconds => CostModel.Loop(6.0 * x.Elements);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dh = arguments.Input(0), from = arguments.Input(1), dx = arguments.Output(0), h = arguments.Output(1))
                RowNorm.Backward(
                    new RowNorm.Operands { Rows = _rows, Length = arguments.Input(1).Length / _rows, Epsilon = op.Epsilon, X = from, Dh = dh, Y = dx, H = h },
                    arguments.Pool);
        }
    }
}
