using System.Numerics;
using Pare.Kernels.Products;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>The weights of a convolution by output channels, a bit each and shared with other plans; and the plan's own limits, or offsets, factors and biases.</summary>
/// <remarks>
/// w [outputs][channels][taps] -> [vector of outputs][segment][taps of it, in the end a row of zeros][channels of it][outputs]
/// bits; outputs and channels that are not there are 0.
/// </remarks>
internal sealed unsafe class OutputWeights(KernelQuery query, OutputConv conv) : IBitWeights
{
    private PackedFloats? _weights, _ends;
    private ChannelChoices? _choices;

    /// <summary>Bytes of the packed numbers.</summary>
    public long PackedBytes => PackedFloats.BytesOf(RowFloats) + PackedFloats.BytesOf(EndWords) + ChannelChoices.PackedBytes(1, conv.IsTernary);

    /// <summary>From words of pixels to the offsets of rows.</summary>
    public ChannelChoices Choices => _choices!;

    /// <summary>Of each output, padded ones too: its bias.</summary>
    public float* Biases => _ends!.Floats;

    private int Outputs => Blocks.RoundUp(conv.Shape.OutChannels, Signs.WordBits);

    private long RowFloats => (long)conv.Vectors * conv.Segments * conv.SegmentBytes / sizeof(float);

    private long LimitBytes => (long)conv.Planes * conv.VectorBytes;

    private long EndWords => conv.Result.IsBits ? 2 * conv.Padding.Count * conv.Vectors * LimitBytes / sizeof(float) : (3L + conv.Padding.Count) * Outputs;

    /// <summary>The rows of a segment for a vector of outputs.</summary>
    public byte* Rows(int vector, int segment) => (byte*)_weights!.Floats + ((nint)vector * conv.Segments + segment) * conv.SegmentBytes;

    /// <summary>For pixels of a class the inverted planes of what 2 S - A has to reach, moved by half of their range: for +1, or where pictures are turned for -1.</summary>
    public byte* Limits(int vector, int padding, bool isTurned) => (byte*)_ends!.Floats + (((nint)vector * conv.Padding.Count + padding) * 2 + (isTurned ? 1 : 0)) * (nint)LimitBytes;

    /// <summary>For each output its factor, negated where pictures are turned.</summary>
    public float* Factors(bool isTurned) => _ends!.Floats + (isTurned ? 2 : 1) * Outputs;

    /// <summary>For each output what a sum has beside 2 (2 S - A), for pixels of a class.</summary>
    public int* Offsets(int padding) => (int*)_ends!.Floats + (3 + padding) * Outputs;

    /// <summary>Packs all.</summary>
    public void Pack()
    {
        _weights = query.Packed(1, $"rows of bits, {conv.Vectors} x {conv.VectorBytes}, {conv.Shape.Channels} x {conv.Shape.Taps} by {conv.PartWords} x {conv.TapsOfSegment}", RowFloats, PackRows);
        _choices = new ChannelChoices(conv.VectorBytes / OutputConv.Unit, [0], conv.IsTernary);
        _ends = new PackedFloats(EndWords);
        new Span<float>(_ends.Floats, (int)EndWords).Clear();
        var sums = new int[conv.Shape.Taps];
        for (int output = 0; output < conv.Shape.OutChannels; output++) Ends(output, sums);
        // Outputs that are not there give 0: a limit that is never reached, or always.
        for (int output = conv.Shape.OutChannels; output < 8 * conv.VectorBytes * conv.Vectors && conv.Result.IsBits; output++)
        {
            for (int padding = 0; padding < conv.Padding.Count; padding++) SetLimits(output, padding, long.MaxValue, long.MinValue);
        }
    }

    private void PackRows(float* weight, float* with, float* packed)
    {
        int outputs = conv.Shape.OutChannels, taps = conv.Shape.Taps, words = Signs.Words(conv.Shape.Channels);
        uint[] plain = new uint[outputs * taps * words];
        new WordPlaces { OutputStep = taps * words, TapStep = words, WordStep = 1 }.Pack(weight, outputs, conv.Shape.Channels, taps, plain);
        new Span<float>(packed, (int)RowFloats).Clear();
        for (int output = 0, i = 0; output < outputs; output++)
        {
            (int vector, int bit) = Math.DivRem(output, 8 * conv.VectorBytes);
            for (int tap = 0; tap < taps; tap++)
            {
                for (int word = 0; word < words; word++, i++)
                {
                    byte* to = (byte*)packed + Row(vector, tap, word * Signs.WordBits) + bit / 8;
                    for (uint rest = plain[i]; rest != 0; rest &= rest - 1)
                        to[BitOperations.TrailingZeroCount(rest) * conv.VectorBytes] |= (byte)(1 << (bit & 7));
                }
            }
        }
    }

    // Where a row lies, in bytes.
    private nint Row(int vector, int tap, int channel)
    {
        int part = channel / (conv.PartWords * Signs.WordBits), segment = part * conv.SegmentsOfPart + tap / conv.TapsOfSegment;
        int row = (tap % conv.TapsOfSegment - part) * conv.PartWords * Signs.WordBits + channel;
        return ((nint)vector * conv.Segments + segment) * conv.SegmentBytes + (nint)row * conv.VectorBytes;
    }

    // W of each class; (2 S - A) reaches (limit + W) / 2, or does not reach what is above (W - limit) / 2.
    private void Ends(int output, int[] sums)
    {
        int width = conv.Shape.KernelWidth, words = Signs.Words(conv.Shape.Channels);
        (int vector, int bit) = Math.DivRem(output, 8 * conv.VectorBytes);
        for (int tap = 0; tap < sums.Length; tap++)
        {
            sums[tap] = -conv.Shape.Channels;
            for (int word = 0; word < words; word++)
            {
                byte* row = (byte*)_weights!.Floats + Row(vector, tap, word * Signs.WordBits) + bit / 8;
                for (int channel = 0; channel < Signs.WordBits; channel++, row += conv.VectorBytes) sums[tap] += 2 * (*row >> (bit & 7) & 1);
            }
        }
        for (int padding = 0; padding < conv.Padding.Count; padding++)
        {
            int sum = 0;
            for (int tap = 0; tap < sums.Length; tap++)
                if (conv.Padding.Sees(padding, tap / width, tap % width)) sum += sums[tap];
            long limit = conv.Result.IsBits ? query.Constant(2)!.As<int>()[output] : 0;
            if (conv.Result.IsBits) SetLimits(output, padding, (limit + sum + 1) >> 1, ((sum - limit) >> 1) + 1);
            else Offsets(padding)[output] = -sum;
        }
        if (conv.Result.IsBits) return;
        Biases[output] = query.Constant(3) is { } bias ? bias.Floats[output] : 0;
        Factors(false)[output] = query.Constant(2)!.Floats[output];
        Factors(true)[output] = -Factors(false)[output];
    }

    private void SetLimits(int output, int padding, long least, long leastTurned)
    {
        (int vector, int place) = Math.DivRem(output, 8 * conv.VectorBytes);
        foreach (bool isTurned in new[] { false, true })
        {
            long moved = Math.Clamp(isTurned ? leastTurned : least, -conv.Terms, conv.Terms + 1) + (1L << (conv.Planes - 1));
            byte* to = Limits(vector, padding, isTurned) + place / 8;
            for (int plane = 0; plane < conv.Planes; plane++, moved >>= 1, to += conv.VectorBytes)
                if ((moved & 1) == 0) *to |= (byte)(1 << (place & 7));
        }
    }
}
