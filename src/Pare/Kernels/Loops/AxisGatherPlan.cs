namespace Pare.Kernels.Loops;

/// <summary>A gather by tables, bound to a node, with a filling that is known.</summary>
internal sealed unsafe class AxisGatherPlan(AxisGather gather, float filling) : PlannedKernel
{
    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop(2 * gather.Count);

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            gather.Run(x, y, filling, arguments.Pool);
    }
}
