namespace Pare.Kernels.Integer.Products;

/// <summary>A convolution or product of integers, bound to a node whose inputs are picture, weight, bias and factors.</summary>
/// <param name="query">The node.</param>
/// <param name="pixels">How it is computed.</param>
/// <param name="order">How its weights lie.</param>
internal sealed unsafe class IntegerProductPlan(KernelQuery query, IntegerPixels pixels, IntegerOrder order) : PlannedKernel
{
    private readonly IntegerWeights _weights = new(query, pixels, order);

    /// <inheritdoc/>
    public override long PackedBytes => _weights.PackedBytes;

    /// <inheritdoc/>
    public override long ScratchBytes => pixels.ScratchBytes(query.Threads);

    /// <inheritdoc/>
    public override double Seconds => pixels.Seconds(query.Cpu);

    /// <inheritdoc/>
    public override void Pack()
    {
        pixels.Prepare();
        _weights.Pack();
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes, scratch = arguments.Scratch)
        {
            IntegerOperands operands = new()
            {
                Source = x,
                Destination = y,
                Weights = _weights.Weights,
                Start = _weights.Start,
                Factors = _weights.Factors,
                Scratch = scratch,
            };
            pixels.Run(operands, arguments.Pool);
        }
    }
}
