using Pare.Operators;

namespace Pare.Kernels.Coded;

/// <summary>A product with a matrix of codes, bound to a node.</summary>
/// <param name="query">The node: x, the matrix, and perhaps one number for each column.</param>
/// <param name="product">The product.</param>
/// <param name="bias">Which input those numbers are; -1 where there are none.</param>
internal sealed unsafe class PlannedCodes(KernelQuery query, CodedProduct product, int bias) : PlannedKernel
{
    private readonly Fused? _epilogue = query.Epilogue();
    private PackedFloats? _bias;

    /// <inheritdoc/>
    public override long PackedBytes => PackedFloats.BytesOf(product.Panels.PackedFloats) + (bias < 0 ? 0 : PackedFloats.BytesOf(query.Weight(bias)));

    /// <inheritdoc/>
    public override long ScratchBytes => product.ScratchBytes(query.Threads);

    /// <inheritdoc/>
    public override double Seconds => product.Seconds;

    /// <inheritdoc/>
    public override bool KeepsEncoding => true;

    /// <inheritdoc/>
    public override void Pack()
    {
        product.Hold(query.PackedEncoding(1, product.Panels.Packing, product.Panels.PackedFloats, to => product.Panels.Pack(to.Floats)));
        if (bias >= 0) _bias = query.Decoded(bias);
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        Tensor? addend = bias < 0 ? null : arguments.Inputs[bias];
        fixed (float* x = arguments.Input(0), y = arguments.Output(0), b = addend is null ? [] : addend.Floats)
        fixed (byte* scratch = arguments.Scratch)
        {
            CodedOperands operands = new()
            {
                X = x,
                Y = y,
                Bias = _bias is null ? b : _bias.Floats,
                Clip = _epilogue is { Clips: true },
                Low = _epilogue?.Low ?? 0,
                High = _epilogue?.High ?? 0,
            };
            product.Run(operands, arguments.Pool, scratch);
        }
    }
}
