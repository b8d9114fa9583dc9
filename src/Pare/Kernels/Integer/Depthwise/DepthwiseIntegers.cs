using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Bands;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Products;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Integer.Depthwise;

/// <summary>Depthwise convolutions of bytes with channels last, a result for each channel, any window: vectors run over channels.</summary>
/// <remarks>
/// Bands of the picture are widened to 16 bits less the zero point, with zeros for padding. The places of a window are taken two and two, so
/// that one instruction multiplies and adds a pair; the last block of channels overlaps the one before. Sums are exact on every level.
/// Packed: for each block [pair][low, high][lanes] units of two weights, then [low, high] what sums begin with, then factors.
/// </remarks>
internal sealed unsafe class DepthwiseIntegers : PlannedKernel, IBandKernel
{
    private const double SliceWork = 2e5;
    private const int MostSlices = 32;
    private const int Rows = DepthwiseCode<PairsScalar, int>.Rows;

    private readonly ConvShape _shape;
    private readonly KernelQuery _query;
    private readonly PictureBands _bands;
    private readonly ByteRange _range;
    private readonly nint[] _taps;
    private readonly int _lanes, _blocks, _blockUnits, _slices;
    private readonly delegate*<DepthwiseTile*, void> _four, _one;
    private PackedFloats? _packed;

    /// <summary>Decides how the work is cut.</summary>
    public DepthwiseIntegers(in ConvShape shape, KernelQuery query, IntegerConv op)
    {
        (_shape, _query, _range) = (shape.Validate(), query, new ByteRange(op.Result));
        _bands = new PictureBands(shape, new PixelStage(query.Inputs[0]!.DType == DType.I8, op.Zero, widens: true), inPlace: false);
        CpuFeatures cpu = query.Cpu;
        _lanes = cpu.HasVector512 && shape.Channels >= 32 ? 16 : cpu.HasAvx2 && shape.Channels >= 16 ? 8 : cpu.HasVector128 && shape.Channels >= 8 ? 4 : 1;
        _four = _lanes switch
        {
            16 => &DepthwiseCode<Pairs512, Ints16>.Four,
            8 => &DepthwiseCode<Pairs256, Ints8>.Four,
            4 => &DepthwiseCode<Pairs128, Vector128<int>>.Four,
            _ => &DepthwiseCode<PairsScalar, int>.Four,
        };
        _one = _lanes switch
        {
            16 => &DepthwiseCode<Pairs512, Ints16>.One,
            8 => &DepthwiseCode<Pairs256, Ints8>.One,
            4 => &DepthwiseCode<Pairs128, Vector128<int>>.One,
            _ => &DepthwiseCode<PairsScalar, int>.One,
        };
        _blocks = Blocks.CeilDiv(shape.Channels, 2 * _lanes);
        // An odd last place is paired with itself and a weight of 0.
        _taps = [.. Enumerable.Range(0, Blocks.RoundUp(shape.Taps, 2)).Select(tap => TapOffset(Math.Min(tap, _shape.Taps - 1)))];
        _blockUnits = (_taps.Length / 2 + 2) * 2 * _lanes;
        _slices = (int)Math.Clamp(shape.MultiplyAdds / SliceWork, 1, Math.Min(MostSlices, shape.Batch * shape.OutHeight));
    }

    /// <summary>Whether it is for a convolution: each group has one channel and one result.</summary>
    public static bool Takes(in ConvShape shape) => shape.Groups > 1 && shape is { GroupChannels: 1, GroupOutChannels: 1 };

    /// <inheritdoc/>
    public override long PackedBytes => PackedFloats.BytesOf((long)_blocks * _blockUnits);

    /// <inheritdoc/>
    public override long ScratchBytes => _bands.StageBytes * _query.Threads;

    /// <inheritdoc/>
    public override double Seconds => CostModel.Integer(2.0 * _shape.MultiplyAdds, 3 * _shape.InputFloats + _shape.OutputFloats, ofBytes: false, _query.Cpu);

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
        _packed = new PackedFloats((long)_blocks * _blockUnits);
        var weights = new Wholes(_query.Constant(1)!);
        ReadOnlySpan<int> bias = _query.Constant(2) is { } sums ? sums.As<int>() : [];
        ReadOnlySpan<float> factors = _query.Constant(3)!.Floats;
        int pairs = _taps.Length / 2, quarter = Math.Min(4, _lanes);
        for (int block = 0; block < _blocks; block++)
        {
            short* to = (short*)(_packed.Floats + block * _blockUnits);
            int* start = (int*)to + pairs * 2 * _lanes;
            float* scale = (float*)start + 2 * _lanes;
            for (int i = 0; i < 2 * _lanes; i++)
            {
                // The channel of each sum, see IPairOps.
                int lane = i % _lanes, channel = ChannelOf(block) + lane / quarter * 2 * quarter + lane % quarter + i / _lanes * quarter;
                for (int tap = 0; tap < _taps.Length; tap++)
                    to[(tap / 2 * 2 * _lanes + i) * 2 + tap % 2] = tap < _shape.Taps ? (short)weights[channel * _shape.Taps + tap] : (short)0;
                start[i] = bias.IsEmpty ? 0 : bias[channel];
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

    private int ChannelOf(int block) => Math.Min(block * 2 * _lanes, _shape.Channels - 2 * _lanes);

    private nint TapOffset(int tap) =>
        (nint)(tap / _shape.KernelWidth) * _shape.DilationY * _bands.RowBytes + (nint)(tap % _shape.KernelWidth) * _shape.DilationX * _shape.Channels * sizeof(short);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(byte* x, byte* y, byte* stage, int slice)
    {
        foreach (Band band in _bands.Slice(slice, _slices)) Compute(x, y, stage, band);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compute(byte* x, byte* y, byte* stage, in Band band)
    {
        byte* source = _bands.Of(x, band, stage), to = _bands.ResultsOf(y, band, _shape.Channels);
        for (int i = 0; i < band.Rows; i++)
            Row(source + (nint)i * _shape.StrideY * _bands.RowBytes, to + (nint)i * _shape.OutWidth * _shape.Channels);
    }

    private void Row(byte* source, byte* y)
    {
        fixed (nint* taps = _taps)
        {
            DepthwiseTile tile = new()
            {
                SourceStep = (nint)_shape.StrideX * _shape.Channels * sizeof(short),
                Taps = taps,
                Pairs = _taps.Length / 2,
                Step = _shape.Channels,
                Range = _range,
            };
            for (int block = 0; block < _blocks; block++)
            {
                int channel = ChannelOf(block), pixel = 0;
                tile.Weights = (int*)(_packed!.Floats + block * _blockUnits);
                tile.Start = tile.Weights + tile.Pairs * 2 * _lanes;
                tile.Factors = (float*)(tile.Start + 2 * _lanes);
                tile.Source = source + channel * sizeof(short);
                tile.Destination = y + channel;
                for (; pixel <= _shape.OutWidth - Rows; pixel += Rows)
                {
                    _four(&tile);
                    tile.Source += Rows * tile.SourceStep;
                    tile.Destination += Rows * tile.Step;
                }
                for (; pixel < _shape.OutWidth; pixel++)
                {
                    _one(&tile);
                    tile.Source += tile.SourceStep;
                    tile.Destination += tile.Step;
                }
            }
        }
    }

    private struct Job : ISliceJob
    {
        public DepthwiseIntegers Owner;
        public byte* Source;
        public byte* Destination;
        public byte* Scratch;

        public readonly void Execute(int slice, int worker) => Owner.Slice(Source, Destination, Scratch + worker * Owner._bands.StageBytes, slice);
    }
}
