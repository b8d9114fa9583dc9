using System.Collections.Immutable;

namespace Pare;

/// <summary>
/// Which channel each element of a value belongs to. A channel is a number; elements of one channel live and fall together when
/// channels are cut, and elements of <see cref="Kept"/> always stay. Axes along which the channel does not change are held once.
/// </summary>
public sealed class ChannelMap
{
    /// <summary>The channel of what cannot be cut.</summary>
    public const int Kept = 0;

    private readonly int[] _lengths; // of each axis: the shape's where the channel varies, otherwise 1
    private readonly int[] _channels;

    /// <summary>A map from channels of every element.</summary>
    /// <param name="shape">The value's shape, fixed.</param>
    /// <param name="channels">The channel of each element, row-major.</param>
    public ChannelMap(Shape shape, ReadOnlySpan<int> channels) : this(shape, [.. shape.Fixed], channels.ToArray())
    {
    }

    private ChannelMap(Shape shape, int[] lengths, int[] channels)
    {
        Shape = shape;
        for (int axis = 0; axis < lengths.Length; axis++)
            if (lengths[axis] > 1 && IsConstant(lengths, channels, axis)) channels = First(lengths, channels, axis);
        (_lengths, _channels) = (lengths, channels);
    }

    /// <summary>The shape of the value.</summary>
    public Shape Shape { get; }

    /// <summary>A map whose channel depends on one axis alone.</summary>
    /// <param name="shape">The value's shape, fixed.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="channels">As many channels as the axis has indices.</param>
    public static ChannelMap Along(Shape shape, int axis, ReadOnlySpan<int> channels)
    {
        var lengths = new int[shape.Rank];
        Array.Fill(lengths, 1);
        lengths[axis] = shape.Fixed[axis];
        return new ChannelMap(shape, lengths, channels.ToArray());
    }

    /// <summary>All channels that occur, some more than once.</summary>
    public ReadOnlySpan<int> Channels => _channels;

    /// <summary>True where the channel changes along an axis.</summary>
    public bool Varies(int axis) => _lengths[axis] > 1;

    /// <summary>The channel of each index of an axis; null where it changes along another axis too.</summary>
    public int[]? Along(int axis)
    {
        if (Enumerable.Range(0, Shape.Rank).Any(a => a != axis && Varies(a))) return null;
        if (Varies(axis)) return [.. _channels];
        var same = new int[Shape.Fixed[axis]];
        Array.Fill(same, _channels.Length > 0 ? _channels[0] : Kept);
        return same;
    }

    /// <summary>The same channels for a value of another shape, which differs in lengths along which the channel does not vary.</summary>
    /// <exception cref="ArgumentException">The shapes differ in more.</exception>
    public ChannelMap WithShape(Shape shape)
    {
        if (shape.Rank != Shape.Rank || Enumerable.Range(0, shape.Rank).Any(a => Varies(a) && shape.Fixed[a] != Shape.Fixed[a]))
            throw new ArgumentException($"The channels of {Shape} do not fit {shape}.", nameof(shape));
        return new ChannelMap(shape, _lengths, _channels);
    }

    /// <summary>The channel of every element, row-major, as I64: what operators that move elements can be run on.</summary>
    public Tensor ToTensor()
    {
        var tensor = new Tensor(DType.I64, Shape);
        Span<long> to = tensor.As<long>();
        ImmutableArray<int> dims = Shape.Fixed;
        for (int i = 0; i < to.Length; i++)
        {
            int at = 0, stride = 1, rest = i;
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                if (_lengths[axis] > 1) at += rest % dims[axis] * stride;
                rest /= dims[axis];
                stride *= _lengths[axis];
            }
            to[i] = _channels[at];
        }
        return tensor;
    }

    /// <summary>The channels as I64 with every axis along which they do not vary held once: what broadcasting needs.</summary>
    internal Tensor ToCompact() => Tensor.Of<long>(Pare.Shape.Of(_lengths), [.. _channels.Select(c => (long)c)]);

    /// <summary>The map of a value from its channels with axes of length 1 where they do not vary.</summary>
    internal static ChannelMap OfCompact(Shape shape, Tensor channels) => new(shape, [.. channels.Dims], [.. channels.As<long>().ToArray().Select(c => (int)c)]);

    /// <summary>The map of a tensor of channels.</summary>
    public static ChannelMap Of(Tensor channels) => new(channels.Shape, [.. channels.As<long>().ToArray().Select(c => (int)c)]);

    /// <summary>
    /// Channels that have to fall together for what stays to be a tensor again: where they vary along several axes (a reshape took them
    /// apart into groups), all those of one index of the longest of these axes.
    /// </summary>
    public IEnumerable<(int First, int Second)> WholeTies()
    {
        if (_lengths.Count(l => l > 1) < 2) yield break;
        int longest = Array.IndexOf(_lengths, _lengths.Max()), length = _lengths[longest];
        int inner = _lengths.Skip(longest + 1).Aggregate(1, (product, l) => product * l);
        for (int i = 0; i < _channels.Length; i++)
        {
            int first = i / inner % length * inner;
            if (_channels[i] != _channels[first]) yield return (_channels[first], _channels[i]);
        }
    }

    /// <summary>For an axis whether each index stays when some channels are cut; null where all stay.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="isCut">Says of a channel whether it is cut.</param>
    public bool[]? Stays(int axis, Func<int, bool> isCut)
    {
        if (!Varies(axis)) return null;
        var stays = new bool[_lengths[axis]];
        int inner = _lengths.Skip(axis + 1).Aggregate(1, (product, length) => product * length);
        for (int i = 0; i < _channels.Length; i++)
            if (!isCut(_channels[i])) stays[i / inner % stays.Length] = true;
        return stays.Contains(false) ? stays : null;
    }

    /// <summary>True where what stays is a smaller tensor: whole indices of axes fall, nothing between.</summary>
    public bool CutsWhole(Func<int, bool> isCut)
    {
        long rectangle = 1;
        for (int axis = 0; axis < _lengths.Length; axis++) rectangle *= Stays(axis, isCut)?.Count(s => s) ?? _lengths[axis];
        return _channels.LongCount(c => !isCut(c)) == rectangle;
    }

    /// <summary>The same map by other channels: of those that are tied by now.</summary>
    internal ChannelMap Relabelled(Func<int, int> of) => new(Shape, [.. _lengths], [.. _channels.Select(of)]);

    private static bool IsConstant(int[] lengths, int[] channels, int axis)
    {
        int inner = lengths.Skip(axis + 1).Aggregate(1, (product, length) => product * length), length = lengths[axis];
        for (int i = 0; i < channels.Length; i++)
            if (channels[i] != channels[i - i / inner % length * inner]) return false;
        return true;
    }

    // Keeps index 0 of an axis, and notes so in lengths.
    private static int[] First(int[] lengths, int[] channels, int axis)
    {
        int inner = lengths.Skip(axis + 1).Aggregate(1, (product, length) => product * length), length = lengths[axis];
        lengths[axis] = 1;
        return [.. channels.Where((_, i) => i / inner % length == 0)];
    }
}
