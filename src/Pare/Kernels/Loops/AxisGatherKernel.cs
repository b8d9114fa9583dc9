namespace Pare.Kernels.Loops;

/// <summary>A kernel for an operator that only moves F32 numbers, by tables that are known before running.</summary>
internal abstract class AxisGatherKernel<TOperator>(string name) : FloatKernel<TOperator>(name) where TOperator : Operator
{
    /// <summary>Numbers and offsets; null where they are not known.</summary>
    protected abstract int[][]? Offsets(TOperator op, KernelQuery query);

    /// <summary>The input that holds the filling.</summary>
    protected virtual int FillingInput => int.MaxValue;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(TOperator op, KernelQuery query) =>
        query.ReadsValuesOnly() && Enumerable.Range(1, query.Inputs.Length - 1).All(i => !query.Has(i) || i == FillingInput || query.Constants[i] is not null)
            && query.Outputs[0].Shape.Rank > 0 && Offsets(op, query) is { } offsets ? new Planned(new AxisGather(offsets), FillingInput) : null;

    /// <summary>The constant inputs from one on, as operators take them.</summary>
    protected static Tensor?[] Constants(KernelQuery query, int first) => [.. query.Constants.Skip(first)];

    private sealed unsafe class Planned(AxisGather gather, int fillingInput) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(2 * gather.Count);

        public override void Run(in KernelArguments arguments)
        {
            float filling = fillingInput < arguments.Inputs.Length && arguments.Inputs[fillingInput] is { } value ? value.Floats[0] : 0;
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
                gather.Run(x, y, filling, arguments.Pool);
        }
    }
}
