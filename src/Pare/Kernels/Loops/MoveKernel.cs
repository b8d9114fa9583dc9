namespace Pare.Kernels.Loops;

/// <summary>A kernel for an operator that only moves elements: F32 ones, or those of one byte.</summary>
/// <param name="name">For example "concat.f32" or "concat.byte".</param>
/// <param name="ofBytes">For elements of one byte.</param>
internal abstract class MoveKernel<TOperator>(string name, bool ofBytes) : OperatorKernel<TOperator>(name) where TOperator : Operator
{
    /// <summary>Bytes of an element.</summary>
    protected int ElementBytes => OfBytes ? 1 : sizeof(float);

    /// <summary>Whether elements are bytes, otherwise they are F32.</summary>
    protected bool OfBytes { get; } = ofBytes;

    /// <inheritdoc/>
    protected override bool TakesTypes(KernelQuery query) =>
        query.Has(0) && query.Inputs[0]!.DType is var type && type == query.Outputs[0].DType && (OfBytes ? type.Size() == 1 : type == DType.F32);
}
