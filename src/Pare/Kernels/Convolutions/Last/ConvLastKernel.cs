using Pare.Kernels.Bands;
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
internal abstract unsafe class PlannedConvLast(KernelQuery query, int outChannels) : PlannedKernel, IBandKernel
{
    private readonly ChannelWindow _window = ChannelWindow.Of(query, outChannels);
    private readonly Fused? _epilogue = query.Epilogue();

    /// <summary>The node.</summary>
    protected KernelQuery Query { get; } = query;

    /// <inheritdoc/>
    public sealed override IBandKernel? Bands => BandSizes is null ? null : this;

    /// <inheritdoc/>
    public BandGeometry Geometry => BandSizes ?? throw new InvalidOperationException($"{GetType()} does not run band by band.");

    /// <inheritdoc/>
    public virtual long BandScratchBytes => 0;

    /// <inheritdoc/>
    public long BandConstantBytes => PackedBytes;

    /// <inheritdoc/>
    public virtual int ConstantReads => 1;

    /// <inheritdoc/>
    public int ResidualInput => _epilogue is { Residual: true } ? _epilogue.MainInputs : -1;

    /// <summary>Its sizes where it can run band by band, otherwise null. Then it overrides <see cref="RunRows(PixelOperands, int, RowRange, byte*)"/>.</summary>
    protected virtual BandGeometry? BandSizes => null;

    /// <inheritdoc/>
    public void Begin(in KernelArguments arguments) => _window.Keep(arguments);

    /// <inheritdoc/>
    public void RunRows(in BandOperands operands, int picture, RowRange rows) => RunRows(
        new PixelOperands(_epilogue)
        {
            Source = (float*)operands.Source,
            Destination = (float*)operands.Destination + _window.First,
            ResultStep = _window.Channels,
            Residual = (float*)operands.Residual,
        },
        picture, rows, operands.Scratch);

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

    /// <summary>Computes rows of a picture on the calling thread.</summary>
    /// <param name="operands">All but the weights.</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="rows">Which rows of y.</param>
    /// <param name="scratch">Of the thread.</param>
    protected virtual void RunRows(PixelOperands operands, int picture, RowRange rows, byte* scratch) =>
        throw new InvalidOperationException($"{GetType()} does not run band by band.");
}
