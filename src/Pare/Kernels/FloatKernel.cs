namespace Pare.Kernels;

/// <summary>A kernel for one operator whose first input and first output are F32.</summary>
/// <param name="name">For example "conv.f32".</param>
internal abstract class FloatKernel<TOperator>(string name) : OperatorKernel<TOperator>(name) where TOperator : Operator
{
    /// <inheritdoc/>
    protected override bool TakesTypes(KernelQuery query) => query.IsFloat(0) && query.Outputs[0].DType == DType.F32;
}
