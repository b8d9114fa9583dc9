namespace Pare.Kernels.Integer;

/// <summary>A kernel for one operator whose first input and first output are integers of 8 bits. It gives the integers of the operator's definition, on every processor.</summary>
/// <param name="name">For example "conv-integer.last".</param>
internal abstract class IntegerKernel<TOperator>(string name) : OperatorKernel<TOperator>(name) where TOperator : Operator
{
    /// <inheritdoc/>
    protected override bool TakesTypes(KernelQuery query) => query.IsByte(0) && query.Outputs[0] is { DType: DType.U8 or DType.I8 };
}
