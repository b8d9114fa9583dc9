namespace Pare.Kernels.Bits;

/// <summary>A convolution or product of signs by output channels, bound to a node whose inputs are picture, weight, and limits or factors and biases.</summary>
/// <param name="query">The node.</param>
/// <param name="conv">How it is computed.</param>
internal sealed unsafe class OutputPlan(KernelQuery query, OutputConv conv) : PlannedKernel
{
    private readonly OutputWeights _weights = new(query, conv);

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
            conv.Run(new OutputOperands { Source = (uint*)x, Destination = y, Weights = _weights, Scratch = scratch }, arguments.Pool);
    }
}
