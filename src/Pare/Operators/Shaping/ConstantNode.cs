using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>ONNX's Constant node is no operator of Pare: readers turn it into an initializer.</summary>
public static class ConstantNode
{
    /// <summary>The operator type in files.</summary>
    public const string Type = "Constant";

    /// <summary>The value of a Constant node.</summary>
    /// <exception cref="UnsupportedException">It is sparse or text.</exception>
    /// <exception cref="ModelException">It has no value.</exception>
    public static Tensor Read(OperatorReader r)
    {
        if (r.Tensor("value") is { } tensor) return tensor;
        if (r.Has("value_float")) return Tensor.Scalar(r.Float("value_float"));
        if (r.Has("value_int")) return Tensor.Scalar(r.Int("value_int"));
        if (r.Floats("value_floats") is { IsDefault: false } floats) return Tensor.Vector<float>(floats.AsSpan());
        if (r.Ints("value_ints") is { IsDefault: false } ints) return Tensor.Vector<long>(ints.AsSpan());
        ImmutableArray<string> found = [.. r.Attributes.Keys];
        if (found.IsEmpty) throw r.Fail("it has no value.");
        throw new UnsupportedException(
            $"Node '{r.NodeName}' (Constant): the attribute '{string.Join("', '", found)}' is not supported; value, value_float(s) and value_int(s) are.");
    }
}
