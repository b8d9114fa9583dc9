using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pare.Operators;

/// <summary>The same elements under the shape of input 1: -1 (once) is what remains, 0 is the input's length at that axis.</summary>
public sealed partial record Reshape : Operator
{
    /// <summary>A 0 in the shape is a length of 0.</summary>
    public bool AllowZero { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Reshape", r => new Reshape { AllowZero = r.Flag("allowzero") });

    /// <inheritdoc/>
    public override string Name => "Reshape";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64);
        Shape wish = s.ShapeOfRank(1, 1, 1);
        if (s.Integers(1) is { } dims) s.Output(s.Type(0).DType, Resolve(s, s.Shape(0), dims));
        else if (wish.IsFixed) s.Output(s.Type(0).DType, s.UnknownShape(wish.Fixed[0]));
        else throw s.Fail($"the new shape ('{s.Node.Input(1)}') is not known before running, not even how many axes it has.");
        s.KeepIntegers();
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (!AllowZero) return;
        w.Since(14, "Reshape with allowzero");
        w.Flag("allowzero", true);
    }

    private Shape Resolve(InferScope s, Shape from, ImmutableArray<Dim> wish)
    {
        var dims = new Dim[wish.Length];
        int rest = -1;
        for (int axis = 0; axis < dims.Length; axis++)
        {
            dims[axis] = wish[axis];
            if (wish[axis] == 0 && !AllowZero)
                dims[axis] = axis < from.Rank ? from[axis] : throw s.Fail($"the new shape keeps axis {axis} (0), the input {from} has no such axis.");
            else if (wish[axis] == -1)
                rest = rest < 0 ? axis : throw s.Fail($"the new shape [{string.Join(", ", wish)}] has -1 twice.");
            else if (wish[axis] is { IsKnown: true, Constant: < 0 })
                throw s.Fail($"the new shape [{string.Join(", ", wish)}] has the length {wish[axis]}.");
        }
        if (rest >= 0) dims[rest] = Rest(from, dims, rest) ?? s.Unknown(rest);
        var shape = new Shape(dims);
        if (from.IsFixed && shape.IsFixed && from.Elements != shape.Elements)
            throw s.Fail($"the input {from} has {from.Elements} elements, the new shape [{string.Join(", ", wish)}] has {shape.Elements}.");
        return shape;
    }

    // Lengths that stand on both sides are cancelled first, so that [N, H, W, 3] -> [N, -1, 3] needs no product of names.
    private static Dim? Rest(Shape from, Dim[] dims, int rest)
    {
        List<Dim> left = [.. from[..]];
        var right = new List<Dim>();
        for (int axis = 0; axis < dims.Length; axis++)
            if (axis != rest && (dims[axis] == 0 || !left.Remove(dims[axis]))) right.Add(dims[axis]);
        return CollectionsMarshal.AsSpan(left).Product() is { } product && CollectionsMarshal.AsSpan(right).Product() is { IsKnown: true } divisor ? Dim.Divide(product, divisor.Constant) : null;
    }
}
