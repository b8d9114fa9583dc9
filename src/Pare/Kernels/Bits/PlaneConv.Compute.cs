using System.Numerics;
using System.Runtime.CompilerServices;
using Pare.Kernels.Convolutions;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>The form for vectors of one width.</summary>
internal sealed unsafe partial class PlaneConv<TOps, TVector> : PlaneConv where TOps : struct, IBitOps<TVector> where TVector : unmanaged
{
    private const int Half = Block / 2;
    private readonly bool _isTernary;

    /// <summary>Decides how the work is cut.</summary>
    public PlaneConv(in ConvShape shape, BinaryResult result, bool isTernary) : base(shape, result, TOps.Bytes) => _isTernary = isTernary;

    protected override bool IsTernary => _isTernary;

    protected override void Total(in PlaneOperands operands, int slice, byte* worker)
    {
        (int group, int vector) = Math.DivRem(slice, Vectors);
        uint* list = (uint*)worker;
        int count = 0;
        for (int channel = group * Shape.GroupChannels; channel < (group + 1) * Shape.GroupChannels; channel++)
        {
            foreach (int tap in Layout.TapOffsets)
                list[count++] = (uint)(channel * Layout.ChannelBytes + tap);
        }
        byte* planes = Totals(operands, group, vector);
        BitSums<TOps, TVector>.Add(operands.Scratch + (nint)vector * TOps.Bytes, list, Filled(list, count), planes, Planes - 1);
        // -X - 1, so that differences are sums.
        TVector all = TOps.Create(uint.MaxValue);
        for (int plane = 0; plane < Planes - 1; plane++)
            TOps.Store(planes + plane * TOps.Bytes, TOps.Xor(TOps.Load(planes + plane * TOps.Bytes), all));
        TOps.Store(planes + (Planes - 1) * TOps.Bytes, all);
    }

    protected override void Compute(in PlaneOperands operands, int block, int firstVector, int endVector, byte* worker)
    {
        if (Result.IsBits) Bits(operands, block, firstVector, endVector, worker);
        else Numbers(operands, block, firstVector, endVector, worker);
    }

    private byte* Totals(in PlaneOperands operands, int group, int vector) => operands.Scratch + TotalsOffset + ((nint)group * Vectors + vector) * Planes * TOps.Bytes;

    private void Bits(in PlaneOperands operands, int block, int firstVector, int endVector, byte* worker)
    {
        uint* list = (uint*)worker, limits = (uint*)(worker + ListBytes);
        byte* sums = worker + ListBytes + LimitBytes, squares = sums + Planes * TOps.Bytes;
        for (int i = 0, output = block * Block; i < Block; i++, output++)
        {
            if (output >= Shape.OutChannels)
            {
                for (int vector = firstVector; vector < endVector; vector++)
                    TOps.Store(squares + (vector - firstVector) * SquareBytes + i * TOps.Bytes, TOps.Create(0));
                continue;
            }
            int group = output / Shape.GroupOutChannels, units = List(operands, output, group, list);
            operands.Weights.SpreadLimits(output, limits);
            TVector turned = TOps.Create((uint)operands.Weights.Turned[output]);
            for (int vector = firstVector; vector < endVector; vector++)
            {
                BitSums<TOps, TVector>.Add(operands.Scratch + (nint)vector * TOps.Bytes, list, units, sums, Planes - 1);
                Subtract(sums, Totals(operands, group, vector), Planes);
                TVector bits = TOps.Xor(Compare(operands.Weights, vector, sums, limits), turned);
                TOps.Store(squares + (vector - firstVector) * SquareBytes + i * TOps.Bytes, bits);
            }
        }
        for (int vector = firstVector; vector < endVector; vector++, squares += SquareBytes)
        {
            BitSquares<TOps, TVector>.Transpose(squares);
            Words((uint*)operands.Destination + block, vector, squares);
        }
    }

    private void Numbers(in PlaneOperands operands, int block, int firstVector, int endVector, byte* worker)
    {
        uint* list = (uint*)worker;
        byte* squares = worker + ListBytes + LimitBytes + Planes * TOps.Bytes;
        for (int pair = 0; pair < Half; pair++)
        {
            for (int half = 0; half < 2; half++)
            {
                int output = block * Block + half * Half + pair, group = output / Shape.GroupOutChannels;
                bool isPadding = output >= Shape.OutChannels;
                int units = isPadding ? 0 : List(operands, output, group, list);
                for (int vector = firstVector; vector < endVector; vector++)
                {
                    byte* sums = squares + ((vector - firstVector) * Half + pair) * SquareBytes + half * Half * TOps.Bytes;
                    if (isPadding)
                    {
                        new Span<byte>(sums, Half * TOps.Bytes).Clear();
                        continue;
                    }
                    BitSums<TOps, TVector>.Add(operands.Scratch + (nint)vector * TOps.Bytes, list, units, sums, Planes - 1);
                    Subtract(sums, Totals(operands, group, vector), Planes);
                    TVector sign = TOps.Load(sums + (Planes - 1) * TOps.Bytes);
                    for (int plane = Planes; plane < Half; plane++)
                        TOps.Store(sums + plane * TOps.Bytes, sign);
                }
            }
            for (int vector = firstVector; vector < endVector; vector++)
                BitSquares<TOps, TVector>.Transpose(squares + ((vector - firstVector) * Half + pair) * SquareBytes);
        }
        uint* row = (uint*)(worker + WorkerBytes - 2 * Block * sizeof(float));
        for (int vector = firstVector; vector < endVector; vector++)
            Floats(operands, block, vector, squares + (vector - firstVector) * Half * SquareBytes, row);
    }

    // The offsets of the rows that the weights of an output channel name, 16 at a time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int List(in PlaneOperands operands, int output, int group, uint* list)
    {
        TOps.Require();
        uint* choices = (uint*)(operands.Scratch + ChoicesOffset), at = list;
        byte* weights = operands.Weights.Of(output);
        uint channel = (uint)(group * Shape.GroupChannels * Layout.ChannelBytes);
        fixed (int* taps = Layout.TapOffsets)
        {
            for (int count = (Shape.GroupChannels + 7) / 8; count > 0; count--, channel += 8 * (uint)Layout.ChannelBytes)
            {
                for (int tap = 0; tap < Shape.Taps; tap++)
                {
                    uint eight = *weights++;
                    TOps.AddToEight(choices + eight * 8, channel + (uint)taps[tap], at);
                    at += BitOperations.PopCount(eight);
                }
            }
        }
        return Filled(list, (int)(at - list));
    }

    private int Filled(uint* list, int count)
    {
        int units = (count + BitSums<TOps, TVector>.Unit - 1) / BitSums<TOps, TVector>.Unit;
        for (; count < units * BitSums<TOps, TVector>.Unit; count++)
            list[count] = (uint)ZeroOffset;
        return units;
    }

    // 2 S - X in two's complement; total holds -X - 1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TVector Compare(PlaneWeights weights, int vector, byte* sums, uint* limits)
    {
        TOps.Require();
        TVector all = TOps.Create(uint.MaxValue), found = TOps.Create(0);
        byte* top = sums + (Planes - 1) * TOps.Bytes;
        TOps.Store(top, TOps.Xor(TOps.Load(top), all));
        ReadOnlySpan<int> classes = weights.ClassesOf(vector);
        byte* masks = weights.MasksOf(vector);
        for (int i = 0; i < classes.Length; i++, masks += TOps.Bytes)
        {
            uint* limit = limits + classes[i] * Planes;
            TVector reached = all;
            for (int plane = 0; plane < Planes; plane++)
                reached = TOps.Carry(TOps.Load(sums + plane * TOps.Bytes), reached, TOps.Create(limit[plane]));
            found = TOps.Or(found, TOps.And(reached, TOps.Load(masks)));
        }
        return found;
    }

    // A word of each pixel that lies in a vector.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Floats(in PlaneOperands operands, int block, int vector, byte* squares, uint* pairs)
    {
        TOps.Require();
        PlaneWeights weights = operands.Weights;
        float* y = (float*)operands.Destination + block * Block, numbers = (float*)(pairs + Half);
        int pitch = 8 * Layout.PitchBytes, start = vector * 8 * TOps.Bytes, end = start + 8 * TOps.Bytes, channels = Math.Min(Block, Shape.OutChannels - block * Block);
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
                TOps.Numbers(pairs, weights.Offsets(padding) + block * Block, weights.Factors + block * Block, weights.Biases + block * Block, channels == Block ? to : numbers);
                for (int channel = 0; channel < channels && channels < Block; channel++)
                    to[channel] = numbers[channel];
            }
        }
    }
}
