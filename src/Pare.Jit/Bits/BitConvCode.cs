using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Iced.Intel;
using Pare.Jit.Emission;
using Pare.Jit.Memory;
using Pare.Kernels;
using Pare.Kernels.Bits;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Products;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Jit.Bits;

/// <summary>A convolution or product of signs whose code is emitted: bands of rows beside their padding, blocks of 32 output channels, tiles of pixels.</summary>
/// <remarks>
/// In the padding bits are 0, which meet weights as any others: what they add to a count is known for each class of pixels that see the same of the
/// padding, and is in what counts begin with. Counts are exact.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class BitConvCode : PlannedKernel
{
    private const double BitsPerSecond = 8e11, SliceBits = 2e8;
    private const int MostSlices = 32, Never = 1 << 24;

    private readonly ConvShape _shape;
    private readonly KernelQuery _query;
    private readonly BinaryResult _result;
    private readonly PictureBands _bands;
    private readonly PaddingClasses _padding;
    private readonly int _words, _wordsOfRun, _blocks, _slices, _blockSlices;
    private readonly int[] _offsets, _classes;
    private readonly nint[] _runs;
    private MachineFunctions? _functions;
    private PackedFloats? _weights, _ends;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="query">The node: picture, weight, and limits or factors and biases.</param>
    /// <param name="shape">One group, channels in numbers.</param>
    /// <param name="result">What is given.</param>
    public BitConvCode(KernelQuery query, in ConvShape shape, BinaryResult result)
    {
        bool isPointwise = shape is { Taps: 1, StrideX: 1, StrideY: 1, PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 };
        _shape = isPointwise ? shape with { Batch = 1, Height = shape.Batch * shape.Height * shape.Width, Width = 1 } : shape;
        (_query, _result) = (query, result);
        _words = Signs.Words(shape.Channels);
        _wordsOfRun = (PictureBands.ReadsRows(shape) ? shape.KernelWidth : 1) * _words;
        _bands = new PictureBands(_shape with { Channels = _words * sizeof(uint) }, new PixelStage(false, 0, widens: false), isPointwise);
        (_runs, _offsets) = (_bands.Runs(), _bands.Offsets());
        int width = _shape.OutWidth;
        _padding = new PaddingClasses(_shape);
        _blocks = Blocks.CeilDiv(shape.OutChannels, BitSpec.Outputs);
        _classes = [.. Enumerable.Range(0, _shape.OutHeight * width).Select(i => (_padding.Rows[i / width] * _padding.ColumnCount + _padding.Columns[i % width]) * ClassBytes)];
        int slices = (int)Math.Clamp(Bits / SliceBits, 1, MostSlices), rows = _shape.Batch * _shape.OutHeight;
        _slices = Math.Clamp(slices, 1, Math.Clamp(rows * width / (2 * TileEmitter.MostRows), 1, rows));
        _blockSlices = Math.Min(_blocks, Blocks.CeilDiv(slices, _slices));
    }

    /// <inheritdoc/>
    public override long PackedBytes => PackedFloats.BytesOf(WeightWords) + PackedFloats.BytesOf(EndWords);

    /// <inheritdoc/>
    public override long ScratchBytes => _bands.StageBytes * _query.Threads;

    /// <inheritdoc/>
    public override double Seconds => CostModel.Work(Bits / BitsPerSecond, 0);

    private double Bits => (double)_shape.Batch * _shape.OutHeight * _shape.OutWidth * WeightWords * Signs.WordBits;

    private int Depth => _runs.Length * _wordsOfRun;

    private long WeightWords => (long)_blocks * BitSpec.Outputs * Depth;

    // Of each class what counts begin with, and the terms of its sums; then factors and biases.
    private int ClassBytes => (_blocks * BitSpec.Outputs + 1) * sizeof(int);

    private long EndWords => (long)_padding.Count * ClassBytes / sizeof(int) + 2L * _blocks * BitSpec.Outputs;

    /// <inheritdoc/>
    public override void Pack()
    {
        _weights = _query.Packed(1, $"bits in blocks of 32, {_runs.Length} runs of {_wordsOfRun}", WeightWords, PackWeights);
        _ends = new PackedFloats(EndWords);
        PackEnds();
        var functions = new List<(int Number, Assembler Code)>();
        foreach (int channels in new SortedSet<int> { ChannelsOf(0), ChannelsOf(_blocks - 1) })
        {
            foreach (int rows in _bands.Counts(_slices).SelectMany(c => CutOf(c).Sizes).Distinct())
            {
                functions.Add((NumberOf(channels, rows), BitEmitter.Emit(new BitSpec
                {
                    Rows = rows,
                    Words = _wordsOfRun,
                    Steps = [.. _runs.Skip(1).Zip(_runs, (next, run) => (int)(next - run))],
                    IsBits = _result.IsBits,
                    Channels = channels,
                    Pitch = PixelBytes,
                })));
            }
        }
        _functions = MachineFunctions.Of(functions);
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes, scratch = arguments.Scratch)
            arguments.Pool.Run(_slices * _blockSlices, new Job { Owner = this, Source = x, Destination = y, Scratch = scratch });
    }

    // Bytes between the results of two pixels.
    private int PixelBytes => _result.IsBits ? _blocks * sizeof(uint) : _shape.OutChannels * sizeof(float);

    private int ChannelsOf(int block) => Math.Min(BitSpec.Outputs, _shape.OutChannels - block * BitSpec.Outputs);

    private static TileCut CutOf(int pixels) => TileCut.Of(pixels, TileEmitter.MostRows);

    // Blocks are whole, but for the last.
    private static int NumberOf(int channels, int rows) => (channels < BitSpec.Outputs ? TileEmitter.MostRows + 1 : 0) + rows;

    // [block][tap][word of channels][output of the block]
    private void PackWeights(float* weight, float* with, float* packed) =>
        new WordPlaces { BlockOutputs = BitSpec.Outputs, OutputStep = BitSpec.Outputs * Depth, WordStep = BitSpec.Outputs, TapStep = _words * BitSpec.Outputs }
            .Pack(weight, _shape.OutChannels, _shape.Channels, _shape.Taps, new Span<uint>(packed, checked((int)WeightWords)));

    private void PackEnds()
    {
        new Span<float>(_ends!.Floats, (int)EndWords).Clear();
        float* factors = _ends.Floats + EndWords - 2L * _blocks * BitSpec.Outputs, biases = factors + _blocks * BitSpec.Outputs;
        for (int output = 0; output < _blocks * BitSpec.Outputs; output++)
        {
            bool isThere = output < _shape.OutChannels;
            for (int padding = 0; padding < _padding.Count; padding++)
            {
                int* ofClass = (int*)((byte*)_ends.Floats + padding * ClassBytes);
                (int seen, int added) = isThere ? Padded(padding, output) : default;
                ofClass[_blocks * BitSpec.Outputs] = isThere ? seen : ofClass[_blocks * BitSpec.Outputs];
                if (!isThere) ofClass[output] = Never;
                else if (!_result.IsBits) ofClass[output] = -added;
                // seen - 2 count >= limit where count <= (seen - limit) / 2, rounded down.
                else ofClass[output] = -added - (int)Math.Clamp(((long)seen - _query.Constant(2)!.As<int>()[output]) >> 1, -Never, Never);
            }
            if (_result.IsBits || !isThere) continue;
            factors[output] = _query.Constant(2)!.Floats[output];
            biases[output] = _query.Constant(3) is { } bias ? bias.Floats[output] : 0;
        }
    }

    // The terms of a sum whose places lie in the image, and the ones that weights have where they do not.
    private (int Seen, int Added) Padded(int padding, int output)
    {
        uint* words = (uint*)_weights!.Floats + (nint)(output / BitSpec.Outputs) * BitSpec.Outputs * Depth + output % BitSpec.Outputs;
        int seen = 0, added = 0;
        for (int tap = 0; tap < _shape.Taps; tap++)
        {
            if (_padding.Sees(padding, tap / _shape.KernelWidth, tap % _shape.KernelWidth)) seen += _shape.Channels;
            else
            {
                for (int word = 0; word < _words; word++) added += BitOperations.PopCount(words[(tap * _words + word) * BitSpec.Outputs]);
            }
        }
        return (seen, added);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(byte* x, byte* y, byte* stage, int slice, int firstBlock, int endBlock)
    {
        int width = _shape.OutWidth, all = _blocks * BitSpec.Outputs;
        fixed (int* offsets = _offsets, classes = _classes)
        {
            foreach (Band band in _bands.Slice(slice, _slices))
            {
                byte* source = _bands.Of(x, band, stage), destination = _bands.ResultsOf(y, band, PixelBytes);
                for (int block = firstBlock; block < endBlock; block++)
                {
                    float* factors = _ends!.Floats + EndWords - 2L * all + block * BitSpec.Outputs;
                    BitRun run = new()
                    {
                        Source = source,
                        Offsets = offsets,
                        Classes = classes + band.Top * width,
                        Destination = destination + (_result.IsBits ? block * sizeof(uint) : block * BitSpec.Outputs * sizeof(float)),
                        Weights = (uint*)_weights!.Floats + (nint)block * BitSpec.Outputs * Depth,
                        Starts = (byte*)_ends.Floats + block * BitSpec.Outputs * sizeof(int),
                        Seen = (byte*)_ends.Floats + all * sizeof(int),
                        Factors = factors,
                        Biases = factors + all,
                    };
                    TileCut cut = CutOf(band.Rows * width);
                    // The functions move what they are given on.
                    run.Count = cut.Larger;
                    if (cut.Larger > 0) _functions!.Call(NumberOf(ChannelsOf(block), cut.Rows + 1), &run);
                    run.Count = cut.Others;
                    _functions!.Call(NumberOf(ChannelsOf(block), cut.Rows), &run);
                }
            }
        }
    }

    private struct Job : ISliceJob
    {
        public BitConvCode Owner;
        public byte* Source;
        public byte* Destination;
        public byte* Scratch;

        public readonly void Execute(int slice, int worker)
        {
            (int block, int rows) = Math.DivRem(slice, Owner._slices);
            int first = (int)((long)Owner._blocks * block / Owner._blockSlices), end = (int)((long)Owner._blocks * (block + 1) / Owner._blockSlices);
            Owner.Slice(Source, Destination, Scratch + worker * Owner._bands.StageBytes, rows, first, end);
        }
    }
}
