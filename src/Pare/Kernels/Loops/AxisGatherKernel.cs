namespace Pare.Kernels.Loops;

/// <summary>A kernel for an operator that only moves elements, by tables that are known before running.</summary>
internal abstract class AxisGatherKernel<TOperator>(string name, bool ofBytes = false) : MoveKernel<TOperator>(name, ofBytes) where TOperator : Operator
{
    /// <summary>Numbers and offsets; null where they are not known.</summary>
    protected abstract int[][]? Offsets(TOperator op, KernelQuery query);

    /// <summary>The input that holds the filling.</summary>
    protected virtual int FillingInput => int.MaxValue;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(TOperator op, KernelQuery query) =>
        query.ReadsValuesOnly() && Enumerable.Range(1, query.Inputs.Length - 1).All(i => !query.Has(i) || i == FillingInput || query.Constants[i] is not null)
            && query.Outputs[0].Shape.Rank > 0 && Offsets(op, query) is { } offsets ? new Planned(new AxisGather(offsets), FillingInput, OfBytes) : null;

    /// <summary>The constant inputs from one on, as operators take them.</summary>
    protected static Tensor?[] Constants(KernelQuery query, int first) => [.. query.Constants.Skip(first)];

    private sealed unsafe class Planned(AxisGather gather, int fillingInput, bool ofBytes) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop((ofBytes ? 0.5 : 2) * gather.Count);

        public override void Run(in KernelArguments arguments)
        {
            Tensor? value = fillingInput < arguments.Inputs.Length ? arguments.Inputs[fillingInput] : null;
            fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes)
            {
                if (ofBytes) gather.Run(x, y, value is null ? (byte)0 : value.Bytes[0], arguments.Pool);
                else gather.Run((float*)x, (float*)y, value is null ? 0 : value.Floats[0], arguments.Pool);
            }
        }
    }
}
