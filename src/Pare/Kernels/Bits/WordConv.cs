using System.Numerics;
using System.Runtime.CompilerServices;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Bits;

/// <summary>Convolutions and products of signs for few pixels: words of a window against words of an output's weights, xor and count, a pixel at a time.</summary>
/// <remarks>
/// A sum is (numbers within the image) - 2 (bits that differ); bits beyond the last channel are 0 in both. Weights are read once for each pixel, so
/// that a product with one row takes what reading its weights takes. On every processor, where it counts bits by an instruction or not.
/// </remarks>
internal sealed unsafe class WordConv : PlannedKernel
{
    private const double SliceWords = 1 << 15;
    private readonly ConvShape _shape;
    private readonly BinaryResult _result;
    private readonly KernelQuery _query;
    private readonly int _words, _outputWords, _blocks, _pixelsOfSlice;
    private readonly WordWindow _window;
    private PackedFloats? _weights;

    /// <summary>Of a query whose inputs are picture, weight, and limits or factors and biases.</summary>
    public WordConv(KernelQuery query, in ConvShape shape, BinaryResult result)
    {
        (_query, _shape, _result) = (query, shape.Validate(), result);
        _words = Signs.Words(shape.GroupChannels);
        _outputWords = _words * shape.Taps;
        _blocks = Blocks.CeilDiv(shape.OutChannels, Signs.WordBits);
        _window = new WordWindow(_shape);
        _pixelsOfSlice = (int)Math.Clamp(SliceWords / ((double)Signs.WordBits * _outputWords), 1, Pixels);
    }

    /// <summary>False for a window of more runs than a slice keeps.</summary>
    public bool Fits => _window.Fits;

    /// <inheritdoc/>
    public override long PackedBytes => PackedFloats.BytesOf(WeightWords);

    /// <inheritdoc/>
    public override double Seconds => CostModel.Words((double)Pixels * WeightWords, (double)Pixels * _shape.OutChannels, WeightWords);

    private int Pixels => _shape.Batch * _shape.OutHeight * _shape.OutWidth;

    private long WeightWords => (long)_shape.OutChannels * _outputWords;

    /// <inheritdoc/>
    public override void Pack() => _weights = _query.Packed(1, $"words of bits, {_shape.GroupChannels} x {_shape.Taps}", WeightWords, PackWeights);

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        Tensor ends = _query.Constant(2)!;
        fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes, end = ends.Bytes)
        fixed (float* biases = _query.Constant(3) is { } bias ? bias.Floats : default)
        {
            Job job = new() { Of = this, X = (uint*)x, Y = y, Ends = end, Biases = biases };
            arguments.Pool.Run(Blocks.CeilDiv(Pixels, _pixelsOfSlice) * _blocks, job);
        }
    }

    // [output][tap][words of channels]
    private void PackWeights(float* weight, float* with, float* packed) =>
        new WordPlaces { OutputStep = _outputWords, WordStep = 1, TapStep = _words }
            .Pack(weight, _shape.OutChannels, _shape.GroupChannels, _shape.Taps, new Span<uint>(packed, (int)WeightWords));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(in Job job, int pixels, int block)
    {
        int last = Math.Min(Pixels, (pixels + 1) * _pixelsOfSlice);
        int first = block * Signs.WordBits, end = Math.Min(_shape.OutChannels, first + Signs.WordBits), outputsOfGroup = _shape.GroupOutChannels;
        WordRun* runs = stackalloc WordRun[WordWindow.MostRuns];
        for (int pixel = pixels * _pixelsOfSlice; pixel < last; pixel++)
        {
            int count = _window.Runs(job.X, pixel, runs, out int seen);
            uint bits = 0;
            uint* weights = (uint*)_weights!.Floats + (nint)first * _outputWords;
            for (int output = first; output < end; output++, weights += _outputWords)
            {
                int group = output / outputsOfGroup * _words, differ = 0;
                for (int run = 0; run < count; run++)
                    differ += Differ(runs[run].From + group, weights + runs[run].Weights, runs[run].Words);
                int sum = seen - 2 * differ;
                if (_result.IsBits) bits |= (sum >= ((int*)job.Ends)[output] ? 1u : 0) << (output - first);
                else ((float*)job.Y)[(nint)pixel * _shape.OutChannels + output] = BinaryResult.Number(sum, ((float*)job.Ends)[output], job.Biases == null ? 0 : job.Biases[output]);
            }
            if (_result.IsBits) ((uint*)job.Y)[(nint)pixel * _blocks + block] = bits;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Differ(uint* a, uint* b, int words)
    {
        int count = 0, i = 0;
        for (; i + 8 <= words; i += 8)
        {
            count += BitOperations.PopCount(*(ulong*)(a + i) ^ *(ulong*)(b + i)) + BitOperations.PopCount(*(ulong*)(a + i + 2) ^ *(ulong*)(b + i + 2))
                + BitOperations.PopCount(*(ulong*)(a + i + 4) ^ *(ulong*)(b + i + 4)) + BitOperations.PopCount(*(ulong*)(a + i + 6) ^ *(ulong*)(b + i + 6));
        }
        for (; i < words; i++)
            count += BitOperations.PopCount(a[i] ^ b[i]);
        return count;
    }

    private struct Job : ISliceJob
    {
        public WordConv Of;
        public uint* X;
        public byte* Y;
        public byte* Ends;
        public float* Biases;

        public readonly void Execute(int slice, int worker)
        {
            (int pixels, int block) = Math.DivRem(slice, Of._blocks);
            Of.Slice(this, pixels, block);
        }
    }
}
