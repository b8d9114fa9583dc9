using System.Collections;
using System.Collections.Immutable;

namespace Pare;

/// <summary>The lengths of a tensor, outermost first. An empty shape is a scalar.</summary>
public sealed class Shape : IReadOnlyList<Dim>, IEquatable<Shape>
{
    private readonly ImmutableArray<Dim> _dims;
    private readonly ImmutableArray<int> _fixed;

    /// <summary>Creates the shape of the given lengths.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A known length is negative or over <see cref="int.MaxValue"/>.</exception>
    public Shape(IEnumerable<Dim> dims)
    {
        _dims = [.. dims];
        foreach (Dim dim in _dims)
            if (dim.IsKnown) ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)dim.Constant, (ulong)int.MaxValue, nameof(dims));
        if (_dims.All(d => d.IsKnown)) _fixed = [.. _dims.Select(d => (int)d.Constant)];
    }

    /// <summary>The shape of no axes: one element.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>A shape of numbers.</summary>
    public static Shape Of(params ReadOnlySpan<int> dims)
    {
        var list = new Dim[dims.Length];
        for (int i = 0; i < dims.Length; i++) list[i] = dims[i];
        return new Shape(list);
    }

    /// <summary>How many axes.</summary>
    public int Rank => _dims.Length;

    /// <summary>The same as <see cref="Rank"/>.</summary>
    public int Count => _dims.Length;

    /// <summary>True where every length is a number.</summary>
    public bool IsFixed => !_fixed.IsDefault;

    /// <summary>All lengths as numbers.</summary>
    /// <exception cref="InvalidOperationException">A length depends on a name.</exception>
    public ImmutableArray<int> Fixed => IsFixed ? _fixed : throw new InvalidOperationException($"The shape {this} is not fixed; bind its names first.");

    /// <summary>The length of an axis.</summary>
    public Dim this[int axis] => _dims[axis];

    /// <summary>How many elements; 1 for a scalar.</summary>
    /// <exception cref="InvalidOperationException">A length depends on a name.</exception>
    public long Elements
    {
        get
        {
            long product = 1;
            foreach (int d in Fixed) product = checked(product * d);
            return product;
        }
    }

    /// <summary>Counts an axis from the end where it is negative, as ONNX does.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is not in [-rank, rank).</exception>
    public int Axis(long axis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(axis, -Rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(axis, Rank);
        return (int)(axis < 0 ? axis + Rank : axis);
    }

    /// <summary>The shape with one length replaced.</summary>
    public Shape With(int axis, Dim length) => new(_dims.SetItem(axis, length));

    /// <summary>Replaces the names that <paramref name="values"/> binds.</summary>
    public Shape Bind(IReadOnlyDictionary<string, long> values) => IsFixed ? this : new(_dims.Select(d => d.Bind(values)));

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dims.SequenceEqual(other._dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => _dims.Aggregate(17, HashCode.Combine);

    /// <summary>"[N, 3, 32, 32]".</summary>
    public override string ToString() => $"[{string.Join(", ", _dims)}]";

    /// <inheritdoc/>
    public IEnumerator<Dim> GetEnumerator() => _dims.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What is known of a value before it is computed.</summary>
public sealed record TensorType(DType DType, Shape Shape)
{
    /// <summary>"F32[N, 10]".</summary>
    public override string ToString() => $"{DType}{Shape}";
}
