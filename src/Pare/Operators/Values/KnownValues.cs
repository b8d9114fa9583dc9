using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Carries integers that are known before running through operators, by running the operators' own definitions.</summary>
internal static class KnownValues
{
    /// <summary>More integers than this are data, not shapes.</summary>
    private const int Most = 1024;

    /// <summary>The value of an input that is known before running, or null.</summary>
    public static Tensor? Known(this InferScope s, int input)
    {
        if (!s.Has(input)) return null;
        if (s.Constant(input) is { } constant) return constant;
        TensorType type = s.Type(input);
        if (s.Numbers(input) is not { } numbers || !type.Shape.IsFixed) return null;
        return Integers(type, numbers);
    }

    /// <summary>
    /// For an operator that only moves elements: it is run on the positions of the elements, and says so where each known integer goes,
    /// a form of names too.
    /// </summary>
    /// <param name="s">The scope; output 0 has its type already.</param>
    /// <param name="op">The operator.</param>
    /// <param name="output">Type of output 0.</param>
    /// <param name="moved">How many of the first inputs are moved; the rest must be known.</param>
    public static void Move(this InferScope s, Operator op, TensorType output, int moved = 1)
    {
        if (!Small(output)) return;
        var all = new List<Dim>();
        var inputs = new Tensor?[s.InputCount];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!s.Has(i)) continue;
            if (i >= moved)
            {
                if ((inputs[i] = s.Known(i)) is null) return;
                continue;
            }
            if (s.Integers(i) is not { } values || !s.Shape(i).IsFixed) return;
            inputs[i] = Tensor.Of<long>(s.Shape(i), [.. Enumerable.Range(all.Count, values.Length).Select(v => (long)v)]);
            all.AddRange(values);
        }
        var positions = new Tensor(DType.I64, output.Shape);
        op.Evaluate(inputs, [positions]);
        s.OutputIntegers(0, [.. positions.As<long>().ToArray().Map(p => all[(int)p])]);
    }

    /// <summary>Runs the operator where all inputs are known numbers and the output is integers.</summary>
    public static void Compute(this InferScope s, Operator op, TensorType output)
    {
        if (!Small(output)) return;
        var inputs = new Tensor?[s.InputCount];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!s.Has(i)) continue;
            if (!Small(s.Type(i), reals: true) || (inputs[i] = s.Known(i)) is null) return;
        }
        var result = new Tensor(output.DType, output.Shape);
        op.Evaluate(inputs, [result]);
        s.OutputIntegers(0, [.. result.ToInt64s().Map(v => (Dim)v)]);
    }

    /// <summary>True for integers few enough to be followed.</summary>
    public static bool Small(TensorType type, bool reals = false) =>
        (reals || !Reals.Holds(type.DType)) && type.Shape.IsFixed && type.Shape.Elements <= Most;

    /// <summary>Integers as a tensor.</summary>
    public static Tensor Integers(TensorType type, ReadOnlySpan<long> values)
    {
        var tensor = new Tensor(type.DType, type.Shape);
        var into = new Wholes(tensor);
        for (int i = 0; i < values.Length; i++) into[i] = values[i];
        return tensor;
    }

    /// <summary>The elements of an integer input, or <paramref name="fallback"/> where it is absent.</summary>
    public static long[]? Integers(ReadOnlySpan<Tensor?> inputs, int index, long[]? fallback = null) =>
        index < inputs.Length && inputs[index] is { } tensor ? tensor.ToInt64s() : fallback;

    /// <summary>The lengths as a vector of forms.</summary>
    public static ImmutableArray<Dim> Lengths(Shape shape) => [.. shape];
}
