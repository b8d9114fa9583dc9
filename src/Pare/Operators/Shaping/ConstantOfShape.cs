namespace Pare.Operators;

/// <summary>A tensor of the shape of input 0 that holds one value everywhere.</summary>
public sealed record ConstantOfShape : Operator
{
    /// <summary>Element type.</summary>
    public DType Type { get; init; } = DType.F32;

    /// <summary>The element's bytes, little-endian.</summary>
    public ValueList<byte> Element { get; init; } = [0, 0, 0, 0];

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("ConstantOfShape", r => r.Tensor("value") switch
    {
        null => new ConstantOfShape(),
        { Length: 1 } value => Of(value),
        var value => throw r.Fail($"attribute 'value' is {value.Type}; one element is needed."),
    }, SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "ConstantOfShape";

    /// <summary>With the value of a tensor of one element.</summary>
    public static ConstantOfShape Of(Tensor value) => new() { Type = value.DType, Element = ValueList.Create<byte>(value.Bytes) };

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Holds(0, DType.I64);
        Shape wish = s.ShapeOfRank(0, 1, 1);
        if (s.Integers(0) is null && !wish.IsFixed) throw s.Fail("its shape is not known before running, not even how many axes it has.");
        if (s.Integers(0) is { } negative && negative.Any(d => d is { IsKnown: true, Constant: < 0 }))
            throw s.Fail($"the shape [{string.Join(", ", negative)}] has a negative length.");
        var type = new TensorType(Type, s.Integers(0) is { } dims ? new Shape(dims) : s.UnknownShape(wish.Fixed[0]));
        s.Output(0, type);
        if (KnownValues.Small(type)) s.OutputIntegers(0, [.. Enumerable.Repeat((Dim)Value().ToInt64s()[0], (int)type.Shape.Elements)]);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ReadOnlySpan<byte> element = Element.ToArray();
        for (int at = 0; at < outputs[0].ByteLength; at += element.Length) element.CopyTo(outputs[0].Bytes[at..]);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(9, Name);
        w.Attribute("value", new AttributeValue.Array(Value().Reshape(Shape.Of(1))));
    }

    private Tensor Value() => new(Type, Shape.Scalar, [.. Element], 0);
}
