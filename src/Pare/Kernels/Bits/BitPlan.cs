namespace Pare.Kernels.Bits;

/// <summary>A convolution or product of signs bound to a node whose inputs are picture, weight, and limits or factors and biases.</summary>
/// <typeparam name="TWeights">How weights are packed.</typeparam>
/// <param name="query">The node.</param>
/// <param name="conv">How it is computed.</param>
internal sealed unsafe class BitPlan<TWeights>(KernelQuery query, BitConv<TWeights> conv) : PlannedKernel where TWeights : IBitWeights
{
    private readonly TWeights _weights = conv.WeightsOf(query);

    /// <inheritdoc/>
    public override long PackedBytes => _weights.PackedBytes;

    /// <inheritdoc/>
    public override long ScratchBytes => conv.ScratchBytes(query.Threads);

    /// <inheritdoc/>
    public override double Seconds => conv.Seconds;

    /// <inheritdoc/>
    public override void Pack() => _weights.Pack();

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes, scratch = arguments.Scratch)
            conv.Run((uint*)x, y, _weights, scratch, arguments.Pool);
    }
}
