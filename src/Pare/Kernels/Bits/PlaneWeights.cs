using System.Numerics;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>The weights of a convolution by planes, a bit each and shared with other plans; and the plan's own limits, or offsets, factors and biases.</summary>
/// <remarks>
/// w [outputs][channels of a group][taps] -> [output][channels / 32][tap] words, bit i for channel 32 j + i: 1 where its plane is added, at half of the
/// places at the most. Of a turned output those are the -1, otherwise the +1.
/// </remarks>
internal sealed unsafe class PlaneWeights
{
    private readonly PlaneConv _conv;
    private readonly KernelQuery _query;
    private readonly int[][] _classes;
    private readonly int[] _firstMasks;
    private readonly int _masks, _outChannels, _paddings;
    private PackedFloats? _weights, _ends;
    private ChannelChoices? _choices;

    /// <summary>Of a query whose inputs are picture, weight, and limits or factors and biases.</summary>
    public PlaneWeights(KernelQuery query, PlaneConv conv)
    {
        (_query, _conv) = (query, conv);
        Outputs = Blocks.RoundUp(conv.Shape.OutChannels, Signs.WordBits);
        OutputWords = Signs.Words(conv.Shape.GroupChannels) * conv.Shape.Taps;
        (_outChannels, _paddings) = (conv.Shape.OutChannels, conv.Padding.Count);
        _classes = [.. Enumerable.Range(0, conv.Vectors).Select(ClassesWithin)];
        _firstMasks = new int[conv.Vectors];
        for (int vector = 0; vector < conv.Vectors; vector++)
        {
            _firstMasks[vector] = _masks;
            _masks += _classes[vector].Length;
        }
        if (!conv.Result.IsBits) _masks = 0;
    }

    /// <summary>Whether the inputs are what can be packed.</summary>
    public static bool Fit(KernelQuery query) => query.Weight(1) is not null && query.Constant(2) is not null && (!query.Has(3) || query.Constant(3) is not null);

    /// <summary>Bytes of the packed numbers.</summary>
    public long PackedBytes => PackedFloats.BytesOf(WeightWords) + PackedFloats.BytesOf(EndWords) + ChannelChoices.PackedBytes(_conv.Shape.Taps, _conv.IsTernary);

    /// <summary>From words of weights to the offsets of planes.</summary>
    public ChannelChoices Choices => _choices!;

    /// <summary>For each output all bits set where its sums are turned, otherwise none.</summary>
    public int* Turned => (int*)_weights!.Floats;

    /// <summary>For each output its factor, those of turned ones negated.</summary>
    public float* Factors => _ends!.Floats;

    /// <summary>The same for biases.</summary>
    public float* Biases => _ends!.Floats + Outputs;

    /// <summary>Output channels, padded ones too: the distance between the offsets of two classes.</summary>
    public int Outputs { get; }

    private int OutputWords { get; }

    private long WeightWords => (1L + OutputWords) * _conv.Shape.OutChannels;

    private long EndWords => _conv.Result.IsBits
        ? (long)_conv.Shape.OutChannels * _conv.Padding.Count + (long)_masks * _conv.VectorBytes / sizeof(float) + 16 : (2L + _conv.Padding.Count) * Outputs;

    /// <summary>The words of an output.</summary>
    public uint* Of(int output) => (uint*)_weights!.Floats + _outChannels + (nint)output * OutputWords;

    /// <summary>For each output what a sum has beside twice its difference, for pixels of a class.</summary>
    public int* Offsets(int padding) => (int*)_ends!.Floats + (2 + padding) * Outputs;

    /// <summary>The classes of the pixels of a vector.</summary>
    public ReadOnlySpan<int> ClassesOf(int vector) => _classes[vector];

    /// <summary>For each of those classes a vector with its pixels set.</summary>
    public byte* MasksOf(int vector) => Masks + (nint)_firstMasks[vector] * _conv.VectorBytes;

    /// <summary>The limits of an output, one for each class: a difference that reaches it is +1.</summary>
    public int* Limits(int output) => (int*)_ends!.Floats + output * _paddings;

    /// <summary>Packs all.</summary>
    public void Pack()
    {
        _weights = _query.Packed(1, $"planes of bits, {_conv.Shape.GroupChannels} x {_conv.Shape.Taps}", WeightWords, PackWeights);
        _ends = new PackedFloats(EndWords);
        new Span<float>(_ends.Floats, (int)EndWords).Clear();
        _choices = new ChannelChoices(_conv.Layout.ChannelBytes / _conv.Layout.Unit, _conv.Layout.TapOffsets, _conv.IsTernary);
        var counts = new int[_conv.Shape.Taps];
        for (int output = 0; output < _conv.Shape.OutChannels; output++) Ends(output, counts);
        if (_conv.Result.IsBits) PackMasks();
    }

    private byte* Masks => (byte*)((nint)((int*)_ends!.Floats + (nint)_conv.Shape.OutChannels * _conv.Padding.Count + 15) & ~63);

    private void PackWeights(float* weight, float* with, float* packed)
    {
        ConvShape shape = _conv.Shape;
        uint* words = (uint*)packed + shape.OutChannels;
        WordPlaces places = new() { OutputStep = OutputWords, WordStep = shape.Taps, TapStep = 1 };
        places.Pack(weight, shape.OutChannels, shape.GroupChannels, shape.Taps, new Span<uint>(words, (int)WeightWords - shape.OutChannels));
        uint ofLast = uint.MaxValue >> (-shape.GroupChannels & (Signs.WordBits - 1));
        for (int output = 0; output < shape.OutChannels; output++, words += OutputWords)
        {
            int ones = 0;
            for (int i = 0; i < OutputWords; i++) ones += BitOperations.PopCount(words[i]);
            bool isTurned = ones > shape.GroupChannels * shape.Taps / 2;
            ((int*)packed)[output] = isTurned ? -1 : 0;
            for (int i = 0; i < OutputWords && isTurned; i++)
                words[i] = ~words[i] & (i >= OutputWords - shape.Taps ? ofLast : uint.MaxValue);
        }
    }

    // A sum is 2 (2 S - X) + (places within the image) - 2 (ones among them).
    private void Ends(int output, int[] counts)
    {
        int taps = _conv.Shape.Taps, width = _conv.Shape.KernelWidth, classes = _conv.Padding.Count;
        bool isTurned = Turned[output] != 0;
        Array.Clear(counts);
        uint* words = Of(output);
        for (int i = 0; i < OutputWords; i++) counts[i % taps] += BitOperations.PopCount(words[i]);
        for (int padding = 0; padding < classes; padding++)
        {
            int offset = 0;
            for (int tap = 0; tap < taps; tap++)
            {
                if (_conv.Padding.Sees(padding, tap / width, tap % width)) offset += _conv.Shape.GroupChannels - 2 * counts[tap];
            }
            if (!_conv.Result.IsBits)
            {
                Offsets(padding)[output] = offset;
                continue;
            }
            long limit = _query.Constant(2)!.As<int>()[output];
            if (isTurned) limit = 1 - limit;
            // sum >= limit where the difference is at least (limit - offset) / 2
            long least = Math.Clamp((limit - offset + 1) >> 1, -_conv.Terms, _conv.Terms + 1);
            Limits(output)[padding] = (int)least + (1 << (_conv.Planes - 1));
        }
        if (_conv.Result.IsBits) return;
        float factor = _query.Constant(2)!.Floats[output];
        Factors[output] = isTurned ? -factor : factor;
        Biases[output] = _query.Constant(3) is { } bias ? bias.Floats[output] : 0;
    }

    private int[] ClassesWithin(int vector)
    {
        var found = new List<int>();
        ForEachPixel(vector, (_, padding) =>
        {
            if (!found.Contains(padding)) found.Add(padding);
        });
        return [.. found];
    }

    private void PackMasks()
    {
        for (int vector = 0; vector < _conv.Vectors; vector++)
        {
            byte* masks = MasksOf(vector);
            int[] classes = _classes[vector];
            ForEachPixel(vector, (bit, padding) => masks[Array.IndexOf(classes, padding) * _conv.VectorBytes + bit / 8] |= (byte)(1 << (bit & 7)));
        }
    }

    private void ForEachPixel(int vector, Action<int, int> give)
    {
        int pitch = 8 * _conv.Layout.PitchBytes, start = vector * 8 * _conv.VectorBytes, end = start + 8 * _conv.VectorBytes;
        PaddingClasses padding = _conv.Padding;
        for (int row = start / pitch; row < _conv.Shape.OutHeight && row * pitch < end; row++)
        {
            int last = Math.Min(_conv.Shape.OutWidth, end - row * pitch);
            for (int column = Math.Max(0, start - row * pitch); column < last; column++)
                give(row * pitch + column - start, padding.Rows[row] * padding.ColumnCount + padding.Columns[column]);
        }
    }
}
