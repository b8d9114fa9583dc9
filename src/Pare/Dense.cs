namespace Pare;

/// <summary>The leaf: plain floats, in memory that a trainer may own.</summary>
public sealed class Dense : WeightEncoding
{
    private readonly Memory<float> _values;

    /// <summary>Wraps values.</summary>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="values">Row-major values, as many as the shape has; not copied.</param>
    /// <exception cref="ArgumentException">The count does not fit the shape.</exception>
    public Dense(Shape shape, Memory<float> values) : base(shape)
    {
        if (values.Length != shape.Elements)
            throw new ArgumentException($"{shape} has {shape.Elements} elements, {values.Length} are given.", nameof(values));
        _values = values;
    }

    /// <summary>How a dense leaf is read from a file.</summary>
    public static EncodingSpec Spec { get; } = new("dense", r => new Dense(r.Shape, r.Floats("values", checked((int)r.Shape.Elements))));

    /// <inheritdoc/>
    public override string Kind => Spec.Name;

    /// <summary>The values; only a trainer that owns the memory may change them.</summary>
    public Span<float> Values => _values.Span;

    /// <summary>Keeps the memory where it is until the handle is disposed.</summary>
    internal System.Buffers.MemoryHandle Pin(int start) => _values[start..].Pin();

    /// <summary>Says that the values are not needed for now: those of a mapped file need not stay in memory.</summary>
    internal void LetGo()
    {
        if (System.Runtime.InteropServices.MemoryMarshal.TryGetMemoryManager<float, MappedFloats>(_values, out MappedFloats? mapped)) mapped!.LetGo();
    }

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination) => Values.Slice(checked((int)start), destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into)
    {
        Span<float> sum = into.Of(this);
        for (int i = 0; i < sum.Length; i++) sum[i] += gradient[i];
    }

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => map(this, where);

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep)
    {
        AxisSlices slices = AxisSlices.Of(Shape, axis);
        Shape shape = Shape.With(axis, keep.Length);
        var kept = new float[shape.Elements];
        for (int outer = 0, at = 0; outer < slices.Outer; outer++)
            foreach (int index in keep)
            {
                Values.Slice((outer * slices.Length + index) * slices.Inner, slices.Inner).CopyTo(kept.AsSpan(at));
                at += slices.Inner;
            }
        return new Dense(shape, kept);
    }

    /// <inheritdoc/>
    public override void Write(PartWriter parts) => parts.Floats("values", Values);
}
