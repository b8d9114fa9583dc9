namespace Pare;

/// <summary>
/// How a weight is stored. An encoding is a small tree: inner nodes say how numbers are packed, leaves are dense floats. Methods
/// rewrite leaves; the container, the runtime and the code generator walk the tree and know none of its node types.
/// </summary>
/// <remarks>
/// An encoding is immutable but for one thing: a trainer may own the memory of its leaves and change it between calls. So an encoding
/// keeps nothing that was computed from the values of a leaf.
/// </remarks>
public abstract class WeightEncoding
{
    /// <summary>Creates an encoding of a weight of that (fixed) shape.</summary>
    protected WeightEncoding(Shape shape) => Shape = shape;

    /// <summary>Shape of the logical weight.</summary>
    public Shape Shape { get; }

    /// <summary>How many numbers the logical weight has.</summary>
    public int Length => checked((int)Shape.Elements);

    /// <summary>The name in <c>.pare</c> files and reports: "codebook".</summary>
    public abstract string Kind { get; }

    /// <summary>The definition: writes elements [start, start + destination.Length) of the row-major weight.</summary>
    public abstract void Decode(long start, Span<float> destination);

    /// <summary>The adjoint of <see cref="Decode"/>: adds the transposed Jacobian times <paramref name="gradient"/> to each leaf's gradient.</summary>
    /// <param name="gradient">The loss's gradient for the whole weight.</param>
    /// <param name="into">The leaves' gradients.</param>
    public abstract void PullBack(ReadOnlySpan<float> gradient, LeafGradients into);

    /// <summary>Replaces each leaf by what <paramref name="map"/> makes of it; this is how methods compose.</summary>
    public abstract WeightEncoding MapLeaves(LeafMap map, LeafScope where);

    /// <summary>Keeps the given indices of an axis: exact, of the same kind, nothing fitted again.</summary>
    public abstract WeightEncoding Select(int axis, ReadOnlySpan<int> keep);

    /// <summary>Writes named tensors and children.</summary>
    public abstract void Write(PartWriter parts);

    /// <summary>The stored form of a training-time form; most are stored as they are.</summary>
    public virtual WeightEncoding Freeze() => this;

    /// <summary>
    /// For a form that rounds or cuts: the smooth form, over the same leaves, whose derivative at the numbers that they hold now
    /// <see cref="PullBack"/> gives in the place of its own. Others are their own surrogate.
    /// </summary>
    public virtual WeightEncoding Surrogate() => this;

    /// <summary>The children in the tree with their names, for reports and paths.</summary>
    public virtual IEnumerable<(string Name, WeightEncoding Encoding)> Children => [];

    /// <summary>Decodes the whole weight.</summary>
    public float[] ToArray()
    {
        var values = new float[Length];
        Decode(0, values);
        return values;
    }

    /// <summary>The tree of kinds: "scaled(sparse(codebook(dense)))".</summary>
    public override string ToString()
    {
        string inner = string.Join(", ", Children.Select(c => c.Encoding.ToString()));
        return inner.Length == 0 ? Kind : $"{Kind}({inner})";
    }
}

/// <summary>Makes of a leaf what a method wants: another leaf, or a tree of the same shape.</summary>
public delegate WeightEncoding LeafMap(Dense leaf, LeafScope where);

/// <summary>A line of the encoding catalog.</summary>
/// <param name="Name">The kind in files.</param>
/// <param name="Read">Reads what <see cref="WeightEncoding.Write"/> wrote; throws <see cref="ModelException"/> on anything else.</param>
public sealed record EncodingSpec(string Name, Func<PartReader, WeightEncoding> Read) : INamed;
