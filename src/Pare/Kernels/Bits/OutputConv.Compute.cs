using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Convolutions;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>The form for vectors of one width.</summary>
internal sealed unsafe class OutputConv<TOps, TVector> : OutputConv where TOps : struct, IBitOps<TVector> where TVector : unmanaged
{
    private readonly bool _isTernary;

    /// <summary>Decides how the work is cut.</summary>
    public OutputConv(in ConvShape shape, BinaryResult result, bool isTernary) : base(shape, result, TOps.Bytes) => _isTernary = isTernary;

    /// <inheritdoc/>
    public override bool IsTernary => _isTernary;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Compute(in OutputOperands operands, int firstPixel, int endPixel, int firstVector, int endVector, byte* worker)
    {
        Gather(operands, firstPixel, endPixel, worker);
        for (int segment = 0; segment < Segments; segment++)
            Add(operands.Weights, segment, endPixel - firstPixel, firstVector, endVector, worker);
        byte* sums = worker + SumsOffset;
        int* counts = (int*)(worker + CountsOffset);
        int perPicture = Shape.OutHeight * Shape.OutWidth;
        for (int pixel = firstPixel; pixel < endPixel; pixel++)
        {
            (int row, int column) = Math.DivRem(pixel % perPicture, Shape.OutWidth);
            int padding = Padding.Rows[row] * Padding.ColumnCount + Padding.Columns[column];
            for (int vector = firstVector; vector < endVector; vector++, sums += SumBytes)
            {
                if (Result.IsBits) Bits(operands, pixel, padding, vector, sums, counts[pixel - firstPixel]);
                else Numbers(operands, pixel, padding, vector, sums, counts[pixel - firstPixel], worker + 2 * ListBytes);
            }
        }
    }

    // What each pixel sees, turned where the picture is; 0 in the padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Gather(in OutputOperands operands, int firstPixel, int endPixel, byte* worker)
    {
        WordRun* runs = stackalloc WordRun[WordWindow.MostRuns];
        uint* words = (uint*)(worker + WordsOffset);
        int* counts = (int*)(worker + CountsOffset);
        uint turn = operands.Turn;
        ulong both = ((ulong)turn << 32) | turn;
        for (int pixel = firstPixel; pixel < endPixel; pixel++, words += Words)
        {
            int count = Window.Runs(operands.Source, pixel, runs, out int seen), ones = 0;
            if (seen < Terms) new Span<uint>(words, Words).Clear();
            for (int run = 0; run < count; run++)
            {
                uint* from = runs[run].From, to = words + runs[run].Weights;
                int length = runs[run].Words, i = 0;
                for (; i + 2 <= length; i += 2)
                {
                    ulong two = *(ulong*)(from + i) ^ both;
                    *(ulong*)(to + i) = two;
                    ones += BitOperations.PopCount(two);
                }
                if (i == length) continue;
                to[i] = from[i] ^ turn;
                ones += BitOperations.PopCount(to[i]);
            }
            *counts++ = ones;
        }
    }

    // The sums of a segment. The list of the next pixel is made before that of one is read, as what was just written in vectors is slow to read in parts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Add(OutputWeights weights, int segment, int pixels, int firstVector, int endVector, byte* worker)
    {
        ushort* list = (ushort*)worker, next = (ushort*)(worker + ListBytes);
        byte* sums = worker + SumsOffset;
        uint* words = (uint*)(worker + WordsOffset) + segment * SegmentWords;
        int count = Math.Min(SegmentWords, Words - segment * SegmentWords), units = List(words, count, weights.Choices, list);
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            words += Words;
            int unitsOfNext = pixel + 1 < pixels ? List(words, count, weights.Choices, next) : 0;
            for (int vector = firstVector; vector < endVector; vector++, sums += SumBytes)
                BitSums<TOps, TVector>.Add(weights.Rows(vector, segment), list, Unit, units, sums, Planes - 1, segment > 0);
            units = unitsOfNext;
            ushort* used = list;
            list = next;
            next = used;
        }
    }

    // The offsets of the rows that the words of a pixel name, 16 at a time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int List(uint* words, int count, ChannelChoices choices, ushort* list)
    {
        TOps.Require();
        const int Sixteen = 16;
        ushort* at = list, table = choices.Table, lanes = choices.Lanes;
        int step = Signs.WordBits * TOps.Bytes / Unit, first = 0;
        for (int i = 0; i < count; i++, first += step)
            at = TOps.Choose(words[i], table, lanes, (ushort)first, at);
        var zeros = Vector128.Create((ushort)(SegmentWords * step));
        zeros.Store(at);
        zeros.Store(at + Sixteen / 2);
        return ((int)(at - list) + Sixteen - 1) / Sixteen;
    }

    // Words of the results of a pixel: where 2 S - A reaches the limit. Limits are inverted, and both are moved so that none is below 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Bits(in OutputOperands operands, int pixel, int padding, int vector, byte* sums, int ones)
    {
        TOps.Require();
        byte* limits = operands.Weights.Limits(vector, padding, operands.Turn != 0);
        uint start = (1u << (Planes - 1)) - (uint)ones;
        TVector twice = TOps.Create(0), carry = twice, reached = TOps.Create(uint.MaxValue);
        for (int plane = 0; plane < Planes; plane++, start >>= 1, limits += TOps.Bytes, sums += TOps.Bytes)
        {
            TVector bit = TOps.Create((uint)-(int)(start & 1));
            TVector sum = TOps.Sum(twice, bit, carry);
            carry = TOps.Carry(twice, bit, carry);
            reached = TOps.Carry(sum, reached, TOps.Load(limits));
            twice = TOps.Load(sums); // in the end of what lies behind the sums: not used
        }
        reached = TOps.Xor(reached, TOps.Create(operands.Turn));
        int first = vector * TOps.Bytes / sizeof(uint), words = Math.Min(TOps.Bytes / sizeof(uint), OutWords - first);
        uint* y = (uint*)operands.Destination + (nint)pixel * OutWords + first;
        if (words == TOps.Bytes / sizeof(uint))
        {
            TOps.Store((byte*)y, reached);
            return;
        }
        byte* last = stackalloc byte[TOps.Bytes];
        TOps.Store(last, reached);
        for (int i = 0; i < words; i++) y[i] = ((uint*)last)[i];
    }

    // 2 (2 S - A) - W as numbers: planes of 2 S - A, in two's complement of 16 bits, are transposed within halves of words.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Numbers(in OutputOperands operands, int pixel, int padding, int vector, byte* sums, int ones, byte* square)
    {
        TOps.Require();
        uint start = (uint)-ones;
        TVector twice = TOps.Create(0), carry = twice, sum = twice;
        for (int plane = 0; plane < MostPlanes; plane++, start >>= 1)
        {
            if (plane < Planes)
            {
                TVector bit = TOps.Create((uint)-(int)(start & 1));
                sum = TOps.Sum(twice, bit, carry);
                carry = TOps.Carry(twice, bit, carry);
                twice = TOps.Load(sums + plane * TOps.Bytes);
            }
            TOps.Store(square + plane * TOps.Bytes, sum);
        }
        BitSquares<TOps, TVector>.TransposeHalves(square);
        bool isTurned = operands.Turn != 0;
        uint* pairs = (uint*)(square + MostPlanes * TOps.Bytes);
        float* numbers = (float*)(pairs + Signs.WordBits), y = (float*)operands.Destination + (nint)pixel * Shape.OutChannels;
        for (int lane = 0, output = vector * 8 * TOps.Bytes; lane < TOps.Bytes / sizeof(uint) && output < Shape.OutChannels; lane++, output += Signs.WordBits)
        {
            for (int pair = 0; pair < MostPlanes; pair++)
                pairs[pair] = *(uint*)(square + pair * TOps.Bytes + lane * sizeof(uint));
            int channels = Math.Min(Signs.WordBits, Shape.OutChannels - output);
            OutputWeights weights = operands.Weights;
            TOps.Numbers(pairs, weights.Offsets(padding) + output, weights.Factors(isTurned) + output, weights.Biases + output, channels == Signs.WordBits ? y + output : numbers);
            for (int channel = 0; channel < channels && channels < Signs.WordBits; channel++)
                y[output + channel] = numbers[channel];
        }
    }
}
