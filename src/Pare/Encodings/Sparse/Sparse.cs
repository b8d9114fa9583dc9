namespace Pare.Encodings;

/// <summary>Mostly zeros: the positions of the other numbers, in any pattern, and their values.</summary>
/// <remarks>
/// A file stores the gaps between positions in symbols of <see cref="IndexBits"/> bits. The largest symbol skips as many positions as
/// its value and stores no number there: the filler zeros of Han, Mao, Dally, "Deep Compression", ICLR 2016, section 2, without
/// spending a value on them. Values that are themselves 0 are allowed; they stay trainable.
/// </remarks>
public sealed partial class Sparse : WeightEncoding
{
    private readonly int[] _positions;

    /// <summary>Wraps positions and values.</summary>
    /// <param name="shape">Fixed shape of the whole weight.</param>
    /// <param name="positions">Row-major positions, strictly increasing; not copied, and not to be changed afterwards.</param>
    /// <param name="values">As many numbers, shape [n].</param>
    /// <param name="indexBits">Width of a stored gap, 1 to 16; null lets the writer take the cheapest.</param>
    /// <exception cref="ArgumentException">Positions are not strictly increasing or not in the shape, or a length does not fit.</exception>
    public Sparse(Shape shape, int[] positions, WeightEncoding values, int? indexBits = null) : this(shape, positions, values, indexBits, isChecked: false) { }

    private Sparse(Shape shape, int[] positions, WeightEncoding values, int? indexBits, bool isChecked) : base(shape)
    {
        if (values.Shape.Rank != 1 || values.Length != positions.Length)
            throw new ArgumentException($"The values have the shape {values.Shape}, it must be [{positions.Length}].", nameof(values));
        if (indexBits is < 1 or > 16) throw new ArgumentException($"The index width is {indexBits} bits; 1 to 16 are possible.", nameof(indexBits));
        if (!isChecked) Check(positions, Length);
        _positions = positions;
        Values = values;
        IndexBits = indexBits;
    }

    /// <summary>How a sparse weight is read from a file.</summary>
    public static EncodingSpec Spec { get; } = new("sparse", Read);

    /// <summary>The positions of the stored numbers, strictly increasing.</summary>
    public ReadOnlyMemory<int> Positions => _positions;

    /// <summary>The stored numbers, shape [n].</summary>
    public WeightEncoding Values { get; }

    /// <summary>Width of a gap in files, or null where the writer takes the cheapest.</summary>
    public int? IndexBits { get; }

    /// <inheritdoc/>
    public override string Kind => Spec.Name;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, WeightEncoding Encoding)> Children => [("values", Values)];

    /// <summary>The same weight with another width of stored gaps.</summary>
    /// <param name="indexBits">1 to 16; null lets the writer take the cheapest.</param>
    /// <exception cref="ArgumentException">The width is out of range.</exception>
    public Sparse WithIndexBits(int? indexBits) => new(Shape, _positions, Values, indexBits, isChecked: true);

    /// <summary>Keeps some of a leaf's numbers and drops the rest.</summary>
    /// <param name="leaf">The numbers.</param>
    /// <param name="keep">For each number whether it stays.</param>
    /// <param name="indexBits">Width of a stored gap, or null for the cheapest.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static Sparse Of(Dense leaf, ReadOnlySpan<bool> keep, int? indexBits = null)
    {
        if (keep.Length != leaf.Length) throw new ArgumentException($"The leaf has {leaf.Length} numbers, the mask {keep.Length}.", nameof(keep));
        int count = 0;
        foreach (bool stays in keep) count += stays ? 1 : 0;
        var positions = new int[count];
        var values = new float[count];
        for (int i = 0, at = 0; i < keep.Length; i++)
        {
            if (!keep[i]) continue;
            positions[at] = i;
            values[at++] = leaf.Values[i];
        }
        return new Sparse(leaf.Shape, positions, new Dense(Shape.Of(count), values), indexBits, isChecked: true);
    }

    /// <summary>The numbers of a leaf that are not 0; NaN stays, -0 becomes 0.</summary>
    public static Sparse OfNonzero(Dense leaf)
    {
        using var keep = new Rented<bool>(leaf.Length);
        Span<bool> mask = keep.Span;
        for (int i = 0; i < mask.Length; i++) mask[i] = leaf.Values[i] != 0;
        return Of(leaf, mask);
    }

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - destination.Length);
        destination.Clear();
        int first = IndexOf(start), end = IndexOf(start + destination.Length);
        if (first == end) return;
        using var scratch = new Rented<float>(end - first);
        ReadOnlySpan<float> values = scratch.Span;
        if (Values is Dense dense) values = dense.Values[first..end];
        else Values.Decode(first, scratch.Span);
        ReadOnlySpan<int> positions = _positions.AsSpan(first, end - first);
        int origin = (int)start;
        for (int i = 0; i < positions.Length; i++) destination[positions[i] - origin] = values[i];
    }

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into)
    {
        using var scratch = new Rented<float>(_positions.Length);
        Span<float> kept = scratch.Span;
        for (int i = 0; i < kept.Length; i++) kept[i] = gradient[_positions[i]];
        Values.PullBack(kept, into);
    }

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where)
    {
        LeafScope scope = where.Child("values");
        if (where.Role == LeafRole.Weight) scope = scope with { Positions = Compose(where.Positions) };
        return WithValues(Values.MapLeaves(map, scope));
    }

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep)
    {
        AxisSlices slices = AxisSlices.Of(Shape, axis);
        Shape shape = Shape.With(axis, keep.Length);
        var positions = new List<int>();
        var kept = new List<int>();
        for (int outer = 0, to = 0; outer < slices.Outer; outer++)
            foreach (int index in keep)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)slices.Length, nameof(keep));
                int from = (outer * slices.Length + index) * slices.Inner;
                for (int i = IndexOf(from); i < _positions.Length && _positions[i] < from + slices.Inner; i++)
                {
                    positions.Add(_positions[i] - from + to);
                    kept.Add(i);
                }
                to += slices.Inner;
            }
        return new Sparse(shape, [.. positions], Values.Select(0, [.. kept]), IndexBits, isChecked: true);
    }

    /// <inheritdoc/>
    /// <remarks>Scales of all numbers stand outside, as they do in files: Sparse(Scaled) becomes Scaled(Sparse).</remarks>
    public override WeightEncoding Freeze() => Values.Freeze() switch
    {
        Scaled { Axis: Scaled.WholeWeight } scaled when Values is QuantizeAware => new Scaled(Scaled.WholeWeight, scaled.Scales, WithValues(scaled.Inner)),
        var values => WithValues(values),
    };

    /// <inheritdoc/>
    public override WeightEncoding Surrogate() => WithValues(Values.Surrogate());

    /// <summary>The index of the first stored number at or after a position.</summary>
    private int IndexOf(long position)
    {
        if (position >= Length) return _positions.Length;
        int index = _positions.AsSpan().BinarySearch((int)position);
        return index < 0 ? ~index : index;
    }

    // Values that became sparse themselves (a pruned weight is pruned again) are the same weight with fewer positions.
    private Sparse WithValues(WeightEncoding values)
    {
        if (values == Values) return this;
        if (values is not Sparse inner) return new Sparse(Shape, _positions, values, IndexBits, isChecked: true);
        var positions = new int[inner._positions.Length];
        for (int i = 0; i < positions.Length; i++) positions[i] = _positions[inner._positions[i]];
        return new Sparse(Shape, positions, inner.Values, inner.IndexBits ?? IndexBits, isChecked: true);
    }

    private ReadOnlyMemory<int> Compose(ReadOnlyMemory<int>? outer)
    {
        if (outer is not { } given) return _positions;
        var positions = new int[_positions.Length];
        for (int i = 0; i < positions.Length; i++) positions[i] = given.Span[_positions[i]];
        return positions;
    }

    private static void Check(ReadOnlySpan<int> positions, int length)
    {
        long last = -1;
        foreach (int position in positions)
        {
            if (position <= last || position >= length)
                throw new ArgumentException($"The position {position} after {last} is out of order, or not below {length}.", nameof(positions));
            last = position;
        }
    }
}
