using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Convolutions;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>The form for vectors of one width.</summary>
internal sealed unsafe partial class PlaneConv<TOps, TVector> : PlaneConv where TOps : struct, IBitOps<TVector> where TVector : unmanaged
{
    private const int Half = Block / 2;
    private readonly bool _isTernary;
    private readonly int _outputs, _outputsOfGroup, _groupChannels, _taps;

    /// <summary>Decides how the work is cut.</summary>
    public PlaneConv(in ConvShape shape, BinaryResult result, bool isTernary) : base(shape, result, TOps.Bytes)
    {
        _isTernary = isTernary;
        (_outputs, _outputsOfGroup, _groupChannels, _taps) = (shape.OutChannels, shape.GroupOutChannels, shape.GroupChannels, shape.Taps);
    }

    public override bool IsTernary => _isTernary;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Total(in PlaneOperands operands, int slice, byte* worker)
    {
        (int group, int vector) = Math.DivRem(slice, Vectors);
        ushort* list = (ushort*)worker;
        byte* planes = Totals(operands, group, vector);
        int channel = group * _groupChannels, last = channel + _groupChannels;
        for (bool isMore = false; channel < last; isMore = true)
        {
            int segment = channel / SegmentChannels, end = Math.Min(last, (segment + 1) * SegmentChannels);
            int units = List(null, end - channel, channel - segment * SegmentChannels, operands.Weights.Choices, list);
            byte* rows = operands.Scratch + (nint)segment * SegmentBytes + (nint)vector * TOps.Bytes;
            BitSums<TOps, TVector>.Add(rows, list, Layout.Unit, units, planes, Planes - 1, isMore);
            channel = end;
        }
        // -X - 1, so that differences are sums.
        TVector all = TOps.Create(uint.MaxValue);
        for (int plane = 0; plane < Planes - 1; plane++)
            TOps.Store(planes + plane * TOps.Bytes, TOps.Xor(TOps.Load(planes + plane * TOps.Bytes), all));
        TOps.Store(planes + (Planes - 1) * TOps.Bytes, all);
    }

    protected override void Compute(in PlaneOperands operands, int block, int firstVector, int endVector, byte* worker)
    {
        Differences(operands, block, firstVector, endVector, worker);
        if (Result.IsBits) Bits(operands, block, firstVector, endVector, worker);
        else Numbers(operands, block, firstVector, endVector, worker);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Totals(in PlaneOperands operands, int group, int vector) => operands.Scratch + TotalsOffset + ((nint)group * Vectors + vector) * Planes * TOps.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Bits(in PlaneOperands operands, int block, int firstVector, int endVector, byte* worker)
    {
        byte* squares = worker + SquaresOffset, results = squares + VectorsOfChunk * Half * SquareBytes;
        PlaneWeights weights = operands.Weights;
        for (int i = 0, output = block * Block; i < Block; i++, output++)
        {
            bool isPadding = output >= _outputs;
            TVector turned = TOps.Create(isPadding ? 0 : (uint)weights.Turned[output]);
            for (int vector = firstVector; vector < endVector; vector++)
            {
                byte* sums = Sums(squares, i, vector - firstVector);
                TVector bits = isPadding ? turned : TOps.Xor(Compare(weights, vector, sums, weights.Limits(output)), turned);
                TOps.Store(results + (vector - firstVector) * SquareBytes + i * TOps.Bytes, bits);
            }
        }
        for (int vector = firstVector; vector < endVector; vector++, results += SquareBytes)
        {
            BitSquares<TOps, TVector>.Transpose(results);
            Words((uint*)operands.Destination + block, vector, results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Numbers(in PlaneOperands operands, int block, int firstVector, int endVector, byte* worker)
    {
        byte* squares = worker + SquaresOffset;
        uint* pairs = (uint*)(worker + WorkerBytes - 2 * Block * sizeof(float));
        for (int vector = 0; vector < endVector - firstVector; vector++)
        {
            for (int i = 0; i < Block; i++)
            {
                byte* sums = Sums(squares, i, vector);
                bool isPadding = block * Block + i >= _outputs;
                TVector sign = isPadding ? TOps.Create(0) : TOps.Load(sums + (Planes - 1) * TOps.Bytes);
                for (int plane = isPadding ? 0 : Planes; plane < Half; plane++)
                    TOps.Store(sums + plane * TOps.Bytes, sign);
            }
            byte* square = squares + vector * Half * SquareBytes;
            for (int pair = 0; pair < Half; pair++)
                BitSquares<TOps, TVector>.Transpose(square + pair * SquareBytes);
            Floats(operands, block, firstVector + vector, square, pairs);
        }
    }

    // The place of the sums of an output of a block: half a square.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Sums(byte* squares, int output, int vector) => squares + (vector * Half + output % Half) * SquareBytes + output / Half * Half * TOps.Bytes;

    // 2 S - X of some vectors for the output channels of a block. All of them read a segment of the picture while it is near; the list of the next one
    // is made before one is read, as what was just written in vectors is slow to read in parts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Differences(in PlaneOperands operands, int block, int firstVector, int endVector, byte* worker)
    {
        int outputs = Math.Min(Block, _outputs - block * Block), firstGroup = block * Block / _outputsOfGroup, lastGroup = (block * Block + outputs - 1) / _outputsOfGroup;
        for (int segment = firstGroup * _groupChannels / SegmentChannels; segment * SegmentChannels < (lastGroup + 1) * _groupChannels; segment++)
        {
            ushort* list = (ushort*)worker, next = (ushort*)(worker + ListBytes / 2);
            int units = List(operands, block * Block, segment, list);
            for (int i = 0; i < outputs; i++)
            {
                int unitsOfNext = i + 1 < outputs ? List(operands, block * Block + i + 1, segment, next) : 0;
                Add(operands, block, i, segment, firstVector, endVector, worker + SquaresOffset, list, units);
                units = unitsOfNext;
                ushort* used = list;
                list = next;
                next = used;
            }
        }
    }

    // The list of an output for a segment; empty where its group has no channel there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int List(in PlaneOperands operands, int output, int segment, ushort* list)
    {
        int start = output / _outputsOfGroup * _groupChannels, first = Math.Max(start, segment * SegmentChannels), end = Math.Min(start + _groupChannels, (segment + 1) * SegmentChannels);
        if (first >= end) return 0;
        uint* words = operands.Weights.Of(output) + (nint)(first - start) / Signs.WordBits * _taps;
        return List(words, end - first, first - segment * SegmentChannels, operands.Weights.Choices, list);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(in PlaneOperands operands, int block, int i, int segment, int firstVector, int endVector, byte* squares, ushort* list, int units)
    {
        int group = (block * Block + i) / _outputsOfGroup, start = group * _groupChannels, end = start + _groupChannels;
        if (start >= (segment + 1) * SegmentChannels || end <= segment * SegmentChannels) return;
        byte* rows = operands.Scratch + (nint)segment * SegmentBytes;
        for (int vector = firstVector; vector < endVector; vector++)
        {
            byte* sums = Sums(squares, i, vector - firstVector);
            BitSums<TOps, TVector>.Add(rows + (nint)vector * TOps.Bytes, list, Layout.Unit, units, sums, Planes - 1, start < segment * SegmentChannels);
            if (end <= (segment + 1) * SegmentChannels) Subtract(sums, Totals(operands, group, vector), Planes);
        }
    }

    // The offsets of the rows that the weights of some channels name, or of all rows, 32 at a time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int List(uint* weights, int channels, int channel, ChannelChoices choices, ushort* list)
    {
        TOps.Require();
        ushort* at = list, table = choices.Table;
        int distance = Layout.ChannelBytes / Layout.Unit, first = channel * distance, taps = _taps;
        for (; channels > 0; channels -= Signs.WordBits, first += Signs.WordBits * distance)
        {
            uint all = channels >= Signs.WordBits ? uint.MaxValue : (1u << channels) - 1;
            ushort* lanes = choices.Lanes;
            for (int tap = 0; tap < taps; tap++, lanes += Signs.WordBits)
                at = TOps.Choose(weights == null ? all : *weights++, table, lanes, (ushort)first, at);
        }
        int count = (int)(at - list), units = (count + BitSums<TOps, TVector>.Unit - 1) / BitSums<TOps, TVector>.Unit;
        var zeros = Vector128.Create((ushort)(SegmentChannels * distance));
        for (int i = 0; i < BitSums<TOps, TVector>.Unit; i += Vector128<ushort>.Count)
            zeros.Store(at + i);
        return units;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Channel(in PlaneOperands operands, int channel) =>
        operands.Scratch + (nint)(channel / SegmentChannels) * SegmentBytes + channel % SegmentChannels * Layout.ChannelBytes;

    // 2 S - X in two's complement; total holds -X - 1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Subtract(byte* sums, byte* total, int planes)
    {
        TOps.Require();
        TVector twice = TOps.Create(0), carry = TOps.Create(uint.MaxValue);
        for (int plane = 0; plane < planes; plane++, sums += TOps.Bytes, total += TOps.Bytes)
        {
            TVector next = TOps.Load(sums), other = TOps.Load(total);
            TOps.Store(sums, TOps.Sum(twice, other, carry));
            carry = TOps.Carry(twice, other, carry);
            twice = next;
        }
    }

    // Differences that are at least the limit of their pixel's class; limits are inverted, and both are moved so that none is below 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private TVector Compare(PlaneWeights weights, int vector, byte* sums, byte* limits)
    {
        TOps.Require();
        TVector all = TOps.Create(uint.MaxValue), found = TOps.Create(0);
        byte* top = sums + (Planes - 1) * TOps.Bytes, tables = weights.Tables;
        TOps.Store(top, TOps.Xor(TOps.Load(top), all));
        ReadOnlySpan<PlaneGroup> groups = weights.GroupsOf(vector);
        int planes = Planes;
        for (int i = 0; i + 3 <= groups.Length; i += PlaneWeights.GroupsAtOnce)
        {
            byte* a = limits + groups[i].Limits, b = limits + groups[i + 1].Limits, c = limits + groups[i + 2].Limits;
            byte* ofA = tables + groups[i].Table, ofB = tables + groups[i + 1].Table, ofC = tables + groups[i + 2].Table;
            TVector reached = all;
            for (int plane = 0; plane < planes; plane++)
            {
                TVector limit = TOps.Or(TOps.Load(ofA + (nuint)a[plane] * (nuint)TOps.Bytes), TOps.Load(ofB + (nuint)b[plane] * (nuint)TOps.Bytes));
                limit = TOps.Or(limit, TOps.Load(ofC + (nuint)c[plane] * (nuint)TOps.Bytes));
                reached = TOps.Carry(TOps.Load(sums + plane * TOps.Bytes), reached, limit);
            }
            TVector pixels = TOps.Or(TOps.Or(TOps.Load(ofA + groups[i].Last), TOps.Load(ofB + groups[i + 1].Last)), TOps.Load(ofC + groups[i + 2].Last));
            found = TOps.Or(found, TOps.And(reached, pixels));
        }
        return found;
    }

    // A word of each pixel that lies in a vector.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Words(uint* y, int vector, byte* square)
    {
        int pitch = 8 * Layout.PitchBytes, start = vector * 8 * TOps.Bytes, end = start + 8 * TOps.Bytes;
        for (int row = start / pitch; row < Shape.OutHeight && row * pitch < end; row++)
        {
            int first = Math.Max(0, start - row * pitch), last = Math.Min(Shape.OutWidth, end - row * pitch);
            uint* to = y + ((nint)row * Shape.OutWidth + first) * OutBlocks;
            for (int bit = row * pitch + first - start, count = last - first; count > 0; count--, bit++, to += OutBlocks)
                *to = *(uint*)(square + (bit & 31) * TOps.Bytes + (bit >> 5) * sizeof(uint));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Floats(in PlaneOperands operands, int block, int vector, byte* squares, uint* pairs)
    {
        TOps.Require();
        PlaneWeights weights = operands.Weights;
        int* offsets = weights.Offsets(0) + block * Block;
        float* factors = weights.Factors + block * Block, biases = weights.Biases + block * Block;
        float* y = (float*)operands.Destination + block * Block, numbers = (float*)(pairs + Half);
        int step = weights.Outputs;
        int pitch = 8 * Layout.PitchBytes, start = vector * 8 * TOps.Bytes, end = start + 8 * TOps.Bytes, channels = Math.Min(Block, _outputs - block * Block);
        for (int row = start / pitch; row < Shape.OutHeight && row * pitch < end; row++)
        {
            int first = Math.Max(0, start - row * pitch), last = Math.Min(Shape.OutWidth, end - row * pitch);
            for (int column = first; column < last; column++)
            {
                int bit = row * pitch + column - start;
                byte* from = squares + (bit & 31) * TOps.Bytes + (bit >> 5) * sizeof(uint);
                for (int pair = 0; pair < Half; pair++, from += SquareBytes)
                    pairs[pair] = *(uint*)from;
                float* to = y + ((nint)row * Shape.OutWidth + column) * Shape.OutChannels;
                int padding = Padding.Rows[row] * Padding.ColumnCount + Padding.Columns[column];
                TOps.Numbers(pairs, offsets + padding * step, factors, biases, channels == Block ? to : numbers);
                for (int channel = 0; channel < channels && channels < Block; channel++)
                    to[channel] = numbers[channel];
            }
        }
    }
}
