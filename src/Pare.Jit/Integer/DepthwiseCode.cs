using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Pare.Jit.Memory;
using Pare.Kernels;
using Pare.Kernels.Bands;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Jit.Integer;

/// <summary>A depthwise convolution of bytes with channels last, whose code is emitted: bands of rows beside their padding, blocks of channels.</summary>
/// <remarks>The last block of channels overlaps the one before.</remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class DepthwiseCode : PlannedKernel, IBandKernel
{
    private const double SliceWork = 1e6, MultiplyAddsPerSecond = 5e10;
    private const int MostSlices = 32;

    private readonly ConvShape _shape;
    private readonly KernelQuery _query;
    private readonly PixelStage _stage;
    private readonly PictureBands _bands;
    private readonly DepthwiseSpec _spec;
    private readonly int _blocks, _blockBytes, _slices;
    private PackedFloats? _packed;
    private MachineFunctions? _function;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="shape">The convolution, at least 32 channels.</param>
    /// <param name="query">The node.</param>
    /// <param name="op">Its operator.</param>
    public DepthwiseCode(in ConvShape shape, KernelQuery query, IntegerConv op)
    {
        (_shape, _query) = (shape.Validate(), query);
        _stage = new PixelStage(query.Inputs[0]!.DType == DType.I8, op.Zero, widens: false);
        _bands = new PictureBands(shape, _stage, inPlace: false);
        _spec = new DepthwiseSpec { Shape = shape, Width = shape.Channels >= 64 ? 64 : 32, RowBytes = _bands.RowBytes, Result = op.Result };
        _blocks = (shape.Channels + _spec.Width - 1) / _spec.Width;
        _blockBytes = (_spec.WeightVectors + 2 * DepthwiseSpec.RowsOfQuad) * _spec.Width;
        _slices = (int)Math.Clamp(shape.MultiplyAdds / SliceWork, 1, Math.Min(MostSlices, shape.Batch * shape.OutHeight));
    }

    /// <inheritdoc/>
    public override long PackedBytes => PackedFloats.BytesOf((long)_blocks * _blockBytes / sizeof(float));

    /// <inheritdoc/>
    public override long ScratchBytes => _bands.StageBytes * _query.Threads;

    /// <inheritdoc/>
    public override double Seconds => CostModel.Work(_shape.MultiplyAdds / MultiplyAddsPerSecond, 2 * _shape.InputFloats + _shape.OutputFloats);

    /// <inheritdoc/>
    public override IBandKernel? Bands => this;

    /// <inheritdoc/>
    public BandGeometry Geometry => BandGeometry.Of(_shape, sizeof(byte));

    /// <inheritdoc/>
    public long BandScratchBytes => _bands.StageBytes;

    /// <inheritdoc/>
    public long BandConstantBytes => PackedBytes;

    /// <inheritdoc/>
    public override void Pack()
    {
        _function = MachineFunctions.Of(DepthwiseEmitter.Emit(_spec));
        _packed = new PackedFloats((long)_blocks * _blockBytes / sizeof(float));
        ReadOnlySpan<sbyte> weights = _query.Constant(1)!.As<sbyte>();
        ReadOnlySpan<int> bias = _query.Constant(2) is { } sums ? sums.As<int>() : [];
        ReadOnlySpan<float> factors = _query.Constant(3)!.Floats;
        int lanes = _spec.Width / sizeof(int);
        for (int block = 0; block < _blocks; block++)
        {
            sbyte* to = (sbyte*)_packed.Floats + (nint)block * _blockBytes;
            int* start = (int*)(to + _spec.WeightVectors * _spec.Width);
            float* scale = (float*)start + DepthwiseSpec.RowsOfQuad * lanes;
            for (int i = 0; i < _spec.Width; i++)
            {
                // Interleaving puts four channels of each 16 into each vector.
                int vector = i / lanes, lane = i % lanes, channel = ChannelOf(block) + lane / 4 * 16 + vector * 4 + lane % 4, sum = 0;
                for (int row = 0; row < _spec.Quads * DepthwiseSpec.RowsOfQuad; row++)
                {
                    (int quad, int place) = Math.DivRem(row, DepthwiseSpec.RowsOfQuad);
                    for (int column = 0; column < _shape.KernelWidth; column++)
                    {
                        sbyte weight = row < _shape.KernelHeight ? weights[channel * _shape.Taps + row * _shape.KernelWidth + column] : (sbyte)0;
                        to[((quad * _shape.KernelWidth + column) * DepthwiseSpec.RowsOfQuad + vector) * _spec.Width + lane * sizeof(int) + place] = weight;
                        sum += weight;
                    }
                }
                start[i] = unchecked((bias.IsEmpty ? 0 : bias[channel]) - _stage.Zero * sum);
                scale[i] = factors[factors.Length == 1 ? 0 : channel];
            }
        }
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes, scratch = arguments.Scratch)
            arguments.Pool.Run(_slices, new Job { Owner = this, Source = x, Destination = y, Scratch = scratch });
    }

    /// <inheritdoc/>
    public void RunRows(in BandOperands operands, int picture, RowRange rows)
    {
        foreach (Band band in _bands.Of(picture, rows)) Compute(operands.Source, operands.Destination, operands.Scratch, band);
    }

    private int ChannelOf(int block) => Math.Min(block * _spec.Width, _shape.Channels - _spec.Width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(byte* x, byte* y, byte* stage, int slice)
    {
        foreach (Band band in _bands.Slice(slice, _slices)) Compute(x, y, stage, band);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compute(byte* x, byte* y, byte* stage, in Band band)
    {
        byte* source = _bands.Of(x, band, stage), destination = _bands.ResultsOf(y, band, _shape.Channels);
        for (int block = 0; block < _blocks; block++)
        {
            DepthwiseRun run = new()
            {
                Source = source + ChannelOf(block),
                Destination = destination + ChannelOf(block),
                Weights = (byte*)_packed!.Floats + (nint)block * _blockBytes,
                Rows = band.Rows,
            };
            _function!.Call(0, &run);
        }
    }

    private struct Job : ISliceJob
    {
        public DepthwiseCode Owner;
        public byte* Source;
        public byte* Destination;
        public byte* Scratch;

        public readonly void Execute(int slice, int worker) => Owner.Slice(Source, Destination, Scratch + worker * Owner._bands.StageBytes, slice);
    }
}
