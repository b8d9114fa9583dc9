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
internal sealed unsafe class PlaneWeights : IBitWeights
{
    /// <summary>Groups of classes that are compared at a time.</summary>
    public const int GroupsAtOnce = 3;

    private const int MostClasses = 4;      // of a group: its table holds all sums of their masks
    private const int PlanesOfLimit = 16;

    private readonly PlaneConv _conv;
    private readonly KernelQuery _query;
    private readonly int[][] _classes;
    private readonly (int Group, int Place)[] _places;      // of each class
    private readonly PlaneGroup[][] _groups;
    private readonly long _maskBytes;
    private readonly int _outChannels;
    private PackedFloats? _weights, _ends;
    private ChannelChoices? _choices;

    /// <summary>Of a query whose inputs are picture, weight, and limits or factors and biases.</summary>
    public PlaneWeights(KernelQuery query, PlaneConv conv)
    {
        (_query, _conv) = (query, conv);
        Outputs = Blocks.RoundUp(conv.Shape.OutChannels, Signs.WordBits);
        OutputWords = Signs.Words(conv.Shape.GroupChannels) * conv.Shape.Taps;
        _outChannels = conv.Shape.OutChannels;
        int columns = conv.Padding.ColumnCount;
        _classes = [.. Enumerable.Range(0, conv.Padding.Count / columns).SelectMany(row => Enumerable.Range(row * columns, columns).Chunk(Blocks.Even(columns, MostClasses, 1)))];
        _places = [.. _classes.SelectMany((group, i) => group.Select((_, place) => (i, place)))];
        _groups = new PlaneGroup[conv.Result.IsBits ? conv.Vectors : 0][];
        List<(int, int)> before = [];
        for (int vector = 0; vector < _groups.Length; vector++)
        {
            var pixels = new List<(int, int)>();
            ForEachPixel(vector, (bit, padding) => pixels.Add((bit, padding)));
            // Vectors in the middle of a picture are often alike.
            _groups[vector] = vector > 0 && pixels.SequenceEqual(before) ? _groups[vector - 1] : GroupsWithin(pixels, ref _maskBytes);
            before = pixels;
        }
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
        ? (LimitBytes + _maskBytes) / sizeof(float) + 16 : (2L + _conv.Padding.Count) * Outputs;

    private long LimitBytes => (long)_outChannels * _classes.Length * PlanesOfLimit;

    /// <summary>The words of an output.</summary>
    public uint* Of(int output) => (uint*)_weights!.Floats + _outChannels + (nint)output * OutputWords;

    /// <summary>For each output what a sum has beside twice its difference, for pixels of a class.</summary>
    public int* Offsets(int padding) => (int*)_ends!.Floats + (2 + padding) * Outputs;

    /// <summary>The groups of classes that pixels of a vector have, filled up with the last one to a multiple of <see cref="GroupsAtOnce"/>.</summary>
    public ReadOnlySpan<PlaneGroup> GroupsOf(int vector) => _groups[vector];

    /// <summary>Of each group of a vector a table of vectors: entry i has the pixels of those classes set that i has bits for.</summary>
    public byte* Tables => (byte*)(((nint)_ends!.Floats + (nint)LimitBytes + 63) & ~63);

    /// <summary>The limits of an output, which a difference reaches that is +1: for each group and plane which of its classes' limits, moved to be positive, do not have that bit.</summary>
    public byte* Limits(int output) => (byte*)_ends!.Floats + (nint)output * _classes.Length * PlanesOfLimit;

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
            least += 1L << (_conv.Planes - 1);
            (int group, int place) = _places[padding];
            byte* planes = Limits(output) + group * PlanesOfLimit;
            for (int plane = 0; plane < PlanesOfLimit; plane++)
                planes[plane] |= (byte)((~least >> plane & 1) << place);
        }
        if (_conv.Result.IsBits) return;
        float factor = _query.Constant(2)!.Floats[output];
        Factors[output] = isTurned ? -factor : factor;
        Biases[output] = _query.Constant(3) is { } bias ? bias.Floats[output] : 0;
    }

    private PlaneGroup[] GroupsWithin(List<(int Bit, int Padding)> pixels, ref long bytes)
    {
        var found = new SortedSet<int>();
        foreach ((_, int padding) in pixels) found.Add(_places[padding].Group);
        var groups = new List<PlaneGroup>();
        foreach (int group in found)
        {
            int last = ((1 << _classes[group].Length) - 1) * _conv.VectorBytes;
            groups.Add(new PlaneGroup { Group = group, Limits = group * PlanesOfLimit, Table = checked((int)bytes), Last = last });
            bytes += last + _conv.VectorBytes;
        }
        while (groups.Count % GroupsAtOnce != 0) groups.Add(groups[^1]);
        return [.. groups];
    }

    private void PackMasks()
    {
        for (int vector = 0; vector < _conv.Vectors; vector++)
        {
            PlaneGroup[] groups = _groups[vector];
            ForEachPixel(vector, (bit, padding) =>
            {
                (int group, int place) = _places[padding];
                byte* table = Tables + Array.Find(groups, g => g.Group == group).Table + bit / 8;
                for (int entry = 0; entry < 1 << _classes[group].Length; entry++, table += _conv.VectorBytes)
                    if ((entry >> place & 1) != 0) *table |= (byte)(1 << (bit & 7));
            });
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
