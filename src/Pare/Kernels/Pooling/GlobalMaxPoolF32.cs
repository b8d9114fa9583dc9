
namespace Pare.Kernels.Pooling;

/// <summary>The largest number of each channel.</summary>
internal sealed class GlobalMaxPoolF32() : FloatKernel<Operators.GlobalMaxPool>("global-max-pool.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.GlobalMaxPool op, KernelQuery query) =>
        query.ReadsValuesOnly() && query.ShapeOf(0).Elements > 0
            ? new Planned(query.ShapeOf(0).Elements, query.Outputs[0].Shape.Elements) : null;

    private sealed unsafe class Planned(long count, long planes) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(count);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
                GlobalMaximum.Forward(x, y, (int)planes, (int)(count / planes), arguments.Pool);
        }
    }
}
