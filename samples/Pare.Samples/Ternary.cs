namespace Pare.Samples;

/// <summary>w = scale * t with t of -1, 0 or +1: five weights in a byte. The scale is a leaf, so it can be trained or encoded further.</summary>
public sealed class Ternary : WeightEncoding
{
    private const int PerByte = 5; // 3^5 = 243 <= 256

    private readonly sbyte[] _signs;
    private readonly WeightEncoding _scale;

    /// <summary>Wraps signs and their scale.</summary>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="signs">-1, 0 or 1, as many as the shape has elements; not copied.</param>
    /// <param name="scale">Shape [1].</param>
    public Ternary(Shape shape, sbyte[] signs, WeightEncoding scale) : base(shape)
    {
        if (signs.Length != Length) throw new ArgumentException($"{shape} has {Length} elements, {signs.Length} signs are given.", nameof(signs));
        if (scale.Length != 1) throw new ArgumentException($"The scale has the shape {scale.Shape}, it must be [1].", nameof(scale));
        _signs = signs;
        _scale = scale;
    }

    /// <summary>The line for the encoding catalog.</summary>
    public static EncodingSpec Spec { get; } = new("sample.ternary", Read);

    public override string Kind => Spec.Name;

    public override IEnumerable<(string Name, WeightEncoding Encoding)> Children => [("scale", _scale)];

    public override void Decode(long start, Span<float> destination)
    {
        Span<float> scale = stackalloc float[1];
        _scale.Decode(0, scale);
        for (int i = 0; i < destination.Length; i++) destination[i] = scale[0] * _signs[(int)start + i];
    }

    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into)
    {
        double sum = 0;
        for (int i = 0; i < gradient.Length; i++) sum += gradient[i] * _signs[i];
        _scale.PullBack([(float)sum], into);
    }

    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) =>
        new Ternary(Shape, _signs, _scale.MapLeaves(map, where.Child("scale", LeafRole.Scale)));

    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep)
    {
        AxisSlices slices = AxisSlices.Of(Shape, axis);
        var kept = new List<sbyte>();
        for (int outer = 0; outer < slices.Outer; outer++)
            foreach (int index in keep)
                kept.AddRange(_signs.AsSpan((outer * slices.Length + index) * slices.Inner, slices.Inner));
        return new Ternary(Shape.With(axis, keep.Length), [.. kept], _scale);
    }

    public override void Write(PartWriter parts)
    {
        parts.Child("scale", _scale);
        var packed = new ushort[(Length + PerByte - 1) / PerByte];
        for (int i = Length - 1; i >= 0; i--) packed[i / PerByte] = (ushort)(packed[i / PerByte] * 3 + _signs[i] + 1);
        parts.Symbols("signs", 8, packed);
    }

    private static Ternary Read(PartReader r)
    {
        WeightEncoding scale = r.Child("scale", 1);
        int length = checked((int)r.Shape.Elements), bytes = (length + PerByte - 1) / PerByte;
        ushort[] packed = r.Symbols("signs", 8, bytes);
        if (packed.Length != bytes) throw r.Fail($"{packed.Length} bytes of signs for {r.Shape}, {bytes} are needed.");
        var signs = new sbyte[length];
        for (int i = 0; i < length; i++)
        {
            signs[i] = (sbyte)(packed[i / PerByte] % 3 - 1);
            packed[i / PerByte] /= 3;
        }

        return scale.Length == 1 ? new Ternary(r.Shape, signs, scale) : throw r.Fail($"the scale has the shape {scale.Shape}, it must be [1].");
    }
}
