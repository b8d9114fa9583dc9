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
    protected override void List(in OutputOperands operands, int row)
    {
        TOps.Require();
        ushort* table = operands.Weights.Choices.Table, lanes = operands.Weights.Choices.Lanes;
        uint* words = operands.Source + (nint)row * Shape.Width * InWords;
        nint first = (nint)row * Shape.Width * Parts;
        ushort* list = (ushort*)operands.Scratch + first * ListStride;
        int* counts = (int*)(operands.Scratch + CountsOffset) + first;
        uint turn = operands.Turn;
        for (int pixel = 0; pixel < Shape.Width; pixel++)
        {
            for (int word = 0; word < InWords; list += ListStride)
            {
                ushort* at = list;
                for (int end = Math.Min(InWords, word + PartWords), offset = 0; word < end; word++, offset += Signs.WordBits * TOps.Bytes / Unit)
                    at = TOps.Choose(*words++ ^ turn, table, lanes, (ushort)offset, at);
                *counts++ = (int)(at - list);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Compute(in OutputOperands operands, int firstPixel, int endPixel, int firstVector, int endVector, byte* worker)
    {
        var pixels = (OutputPixel*)(worker + PixelsOffset);
        Place(firstPixel, endPixel, pixels);
        for (int segment = 0; segment < Segments; segment++)
            Add(operands, segment, endPixel - firstPixel, firstVector, endVector, worker);
        byte* sums = worker + SumsOffset;
        for (int pixel = firstPixel; pixel < endPixel; pixel++, pixels++)
        {
            for (int vector = firstVector; vector < endVector; vector++, sums += SumBytes)
            {
                if (Result.IsBits) Bits(operands, pixel, pixels->Padding, vector, sums, pixels->Ones);
                else Numbers(operands, pixel, pixels->Padding, vector, sums, pixels->Ones, worker + 2 * ListBytes);
            }
        }
    }

    private void Place(int firstPixel, int endPixel, OutputPixel* pixels)
    {
        (int picture, int place) = Math.DivRem(firstPixel, Shape.OutHeight * Shape.OutWidth);
        (int row, int column) = Math.DivRem(place, Shape.OutWidth);
        for (int pixel = firstPixel; pixel < endPixel; pixel++, pixels++)
        {
            *pixels = new OutputPixel
            {
                Picture = picture * Shape.Height * Shape.Width,
                Y = row * Shape.StrideY - Shape.PadTop,
                X = column * Shape.StrideX - Shape.PadLeft,
                Padding = Padding.Rows[row] * Padding.ColumnCount + Padding.Columns[column],
            };
            if (++column < Shape.OutWidth) continue;
            column = 0;
            if (++row < Shape.OutHeight) continue;
            row = 0;
            picture++;
        }
    }

    // The sums of a segment. The list of the next pixel is made before that of one is read, as what was just written in vectors is slow to read in parts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Add(in OutputOperands operands, int segment, int count, int firstVector, int endVector, byte* worker)
    {
        ushort* list = (ushort*)worker, next = (ushort*)(worker + ListBytes);
        var pixels = (OutputPixel*)(worker + PixelsOffset);
        byte* sums = worker + SumsOffset;
        int units = Gather(operands.Scratch, segment, pixels, list);
        for (int pixel = 0; pixel < count; pixel++)
        {
            pixels++;
            int unitsOfNext = pixel + 1 < count ? Gather(operands.Scratch, segment, pixels, next) : 0;
            for (int vector = firstVector; vector < endVector; vector++, sums += SumBytes)
                BitSums<TOps, TVector>.Add(operands.Weights.Rows(vector, segment), list, Unit, units, sums, Planes - 1, segment > 0);
            units = unitsOfNext;
            ushort* used = list;
            list = next;
            next = used;
        }
    }

    // The offsets of the rows of a segment that what a pixel sees names.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Gather(byte* scratch, int segment, OutputPixel* pixel, ushort* list)
    {
        TOps.Require();
        (int part, int group) = Math.DivRem(segment, SegmentsOfPart);
        int width = Shape.Width, height = Shape.Height, kernel = Shape.KernelWidth, dilation = Shape.DilationX, parts = Parts, stride = ListStride;
        ushort* lists = (ushort*)scratch, at = list;
        int* counts = (int*)(scratch + CountsOffset);
        int tap = group * TapsOfSegment, end = Math.Min(Shape.Taps, tap + TapsOfSegment), step = PartWords * Signs.WordBits * TOps.Bytes / Unit, ky = tap / kernel, kx = tap % kernel;
        for (int offset = 0; tap < end; tap++, offset += step)
        {
            int y = pixel->Y + ky * Shape.DilationY, x = pixel->X + kx * dilation;
            if (++kx == kernel) (kx, ky) = (0, ky + 1);
            if ((uint)y >= (uint)height || (uint)x >= (uint)width) continue;
            nint from = (nint)(pixel->Picture + y * width + x) * parts + part;
            at = TOps.Move(lists + from * stride, counts[from], (ushort)offset, at);
        }
        int count = (int)(at - list), units = (count + BitSums<TOps, TVector>.Unit - 1) / BitSums<TOps, TVector>.Unit;
        pixel->Ones += count;
        var zeros = Vector128.Create((ushort)(TapsOfSegment * step));
        for (int i = 0; i < BitSums<TOps, TVector>.Unit; i += Vector128<ushort>.Count)
            zeros.Store(at + i);
        return units;
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
