using System.Numerics;

namespace Pare.Operators;

/// <summary>The products of elements of all inputs, summed over the axes that the output lacks: y[out] = sum of x0[term0] x1[term1] ...</summary>
/// <param name="Equation">For example "bij,bjk->bik"; ellipses, repeated letters and a missing output side are understood.</param>
public sealed partial record Einsum(string Equation) : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Einsum", r => new Einsum(r.Text("equation")), SinceOpset: 12);

    /// <inheritdoc/>
    public override string Name => "Einsum";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, int.MaxValue);
        for (int i = 0; i < s.InputCount; i++)
        {
            s.NumberType(i);
            s.SameType(0, i);
        }
        EinsumLabels labels = Labels(s);
        Dictionary<int, Dim> lengths = Lengths(s, labels);
        s.Output(s.Type(0).DType, new Shape(labels.Output.Select(l => lengths[l])));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s)
    {
        if (s.InputCount < 2) return default;
        Dictionary<int, Dim> lengths = Lengths(s, Labels(s));
        return new OperatorCost(new Shape(lengths.Values).Elements * (s.InputCount - 1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shapes = new Shape[inputs.Length];
        for (int i = 0; i < shapes.Length; i++) shapes[i] = inputs[i]!.Shape;
        EinsumSum sum = new(EinsumLabels.Parse(Equation, [.. shapes.Select(x => x.Rank)]), shapes);
        if (Reals.Holds(outputs[0].DType)) new Reals(outputs[0]).Set(sum.Run(Each(inputs, t => new Reals(t).ToArray())));
        else KnownValues.Integers(outputs[0].Type, sum.Run(Each(inputs, t => t.ToInt64s()))).Bytes.CopyTo(outputs[0].Bytes);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(12, Name);
        w.Text("equation", Equation);
    }

    private static T[][] Each<T>(ReadOnlySpan<Tensor?> inputs, Func<Tensor, T[]> elements) where T : INumber<T>
    {
        var all = new T[inputs.Length][];
        for (int i = 0; i < all.Length; i++) all[i] = elements(inputs[i]!);
        return all;
    }

    private EinsumLabels Labels(InferScope s)
    {
        try
        {
            return EinsumLabels.Parse(Equation, [.. Enumerable.Range(0, s.InputCount).Select(i => s.Shape(i).Rank)]);
        }
        catch (ArgumentException e)
        {
            throw s.Fail(e.Message);
        }
    }

    // A length of 1 is repeated, as in broadcasting.
    private Dictionary<int, Dim> Lengths(InferScope s, EinsumLabels labels)
    {
        var lengths = new Dictionary<int, Dim>();
        for (int i = 0; i < s.InputCount; i++)
            for (int axis = 0; axis < labels.Operands[i].Length; axis++)
            {
                int label = labels.Operands[i][axis];
                Dim length = s.Shape(i)[axis], before = lengths.GetValueOrDefault(label, 1);
                if (length != 1 && before != 1 && !length.Agrees(before))
                    throw s.Fail($"input {i} is {s.Shape(i)}, whose axis {axis} must be {before} for the equation '{Equation}'.");
                if (before == 1 || (length.IsKnown && length != 1)) lengths[label] = length;
            }
        return lengths;
    }
}
