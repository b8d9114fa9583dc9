using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>A kernel for convolutions of F32 images with channels last, with what follows them, also into a wider image.</summary>
/// <param name="name">For example "conv.last.f32".</param>
internal abstract class ConvLastKernel(string name) : FloatKernel<Conv>(name)
{
    /// <inheritdoc/>
    protected sealed override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected sealed override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected sealed override bool WritesIntoChannels => true;
}

/// <summary>Such a convolution bound to a node: it has what a run reads and writes at hand.</summary>
/// <param name="query">The node.</param>
/// <param name="outChannels">Channels that it computes.</param>
internal abstract unsafe class PlannedConvLast(KernelQuery query, int outChannels) : PlannedKernel
{
    private readonly ChannelWindow _window = ChannelWindow.Of(query, outChannels);
    private readonly Fused? _epilogue = query.Epilogue();

    /// <summary>The node.</summary>
    protected KernelQuery Query { get; } = query;

    /// <inheritdoc/>
    public sealed override void Run(in KernelArguments arguments)
    {
        _window.Keep(arguments);
        fixed (float* x = arguments.Input(0), y = arguments.Output(0), residual = arguments.Residual(_epilogue))
        fixed (byte* scratch = arguments.Scratch)
        {
            PixelOperands operands = new(_epilogue) { Source = x, Destination = y + _window.First, ResultStep = _window.Channels, Residual = residual };
            Run(operands, arguments, scratch);
        }
    }

    /// <summary>Computes y.</summary>
    /// <param name="operands">All but the weights.</param>
    /// <param name="arguments">What else the run has.</param>
    /// <param name="scratch">Of the run.</param>
    protected abstract void Run(PixelOperands operands, in KernelArguments arguments, byte* scratch);
}
