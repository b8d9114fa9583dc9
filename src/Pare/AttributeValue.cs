using System.Collections.Immutable;

namespace Pare;

/// <summary>An attribute of an operator as files store it.</summary>
public abstract record AttributeValue
{
    private AttributeValue() { }

    /// <summary>An integer.</summary>
    public sealed record Int(long Value) : AttributeValue;

    /// <summary>A float.</summary>
    public sealed record Float(float Value) : AttributeValue;

    /// <summary>Text (UTF-8).</summary>
    public sealed record Text(string Value) : AttributeValue;

    /// <summary>Integers.</summary>
    public sealed record Ints(ImmutableArray<long> Values) : AttributeValue;

    /// <summary>Floats.</summary>
    public sealed record Floats(ImmutableArray<float> Values) : AttributeValue;

    /// <summary>Texts.</summary>
    public sealed record Texts(ImmutableArray<string> Values) : AttributeValue;

    /// <summary>A tensor.</summary>
    public sealed record Array(Tensor Tensor) : AttributeValue;

    /// <summary>The body of an operator such as If or Loop.</summary>
    public sealed record Graph(Subgraph Body) : AttributeValue;
}
