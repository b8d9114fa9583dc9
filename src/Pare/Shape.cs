using System.Collections;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pare;

/// <summary>The lengths of a tensor, outermost first. An empty shape is a scalar.</summary>
public sealed class Shape : IReadOnlyList<Dim>, IEquatable<Shape>
{
    private readonly ImmutableArray<Dim> _dims;
    private readonly ImmutableArray<int> _fixed;

    /// <summary>Creates the shape of the given lengths.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A known length is negative or over <see cref="int.MaxValue"/>.</exception>
    public Shape(IEnumerable<Dim> dims) : this(dims is Dim[] array ? ImmutableArray.Create(array) : [.. dims]) { }

    internal Shape(ImmutableArray<Dim> dims)
    {
        _dims = dims;
        var lengths = new int[dims.Length];
        bool isFixed = true;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (dims[i].IsKnown) lengths[i] = Length(dims[i].Constant);
            else isFixed = false;
        }
        if (isFixed) _fixed = ImmutableCollectionsMarshal.AsImmutableArray(lengths);

        static int Length(long dim)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)dim, (ulong)int.MaxValue, nameof(dims));
            return (int)dim;
        }
    }

    /// <summary>The shape of no axes: one element.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>A shape of numbers.</summary>
    public static Shape Of(params ReadOnlySpan<int> dims)
    {
        var list = new Dim[dims.Length];
        for (int i = 0; i < dims.Length; i++) list[i] = dims[i];
        return new Shape(ImmutableCollectionsMarshal.AsImmutableArray(list));
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
    public Shape Bind(IReadOnlyDictionary<string, long> values) => IsFixed ? this : new(ImmutableArray.CreateRange(_dims, d => d.Bind(values)));

    /// <summary>The lengths of <paramref name="count"/> axes: what "shape[2..]" means.</summary>
    internal ReadOnlySpan<Dim> Slice(int start, int count) => _dims.AsSpan(start, count);

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dims.AsSpan().SequenceEqual(other._dims.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => _dims.Aggregate(17, HashCode.Combine);

    /// <summary>"[N, 3, 32, 32]".</summary>
    public override string ToString() => $"[{string.Join(", ", _dims)}]";

    /// <summary>Goes through the lengths.</summary>
    public ImmutableArray<Dim>.Enumerator GetEnumerator() => _dims.GetEnumerator();

    IEnumerator<Dim> IEnumerable<Dim>.GetEnumerator() => _dims.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _dims.AsEnumerable().GetEnumerator();
}

/// <summary>What is known of a value before it is computed.</summary>
public sealed record TensorType(DType DType, Shape Shape)
{
    /// <inheritdoc/>
    public bool Equals(TensorType? other) => other is not null && DType == other.DType && Shape.Equals(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine((int)DType, Shape);

    /// <summary>"F32[N, 10]".</summary>
    public override string ToString() => $"{DType}{Shape}";
}
