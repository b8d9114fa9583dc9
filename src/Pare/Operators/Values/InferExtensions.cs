using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Checks that many operators share; each fails with a message that names the node.</summary>
internal static class InferExtensions
{
    /// <summary>The element type of an input that must be F32 or F64.</summary>
    public static DType RealType(this InferScope s, int input) => Reals.Holds(s.Type(input).DType)
        ? s.Type(input).DType
        : throw s.FailType($"input {input} ('{s.Node.Input(input)}') holds {s.Type(input).DType}; F32 or F64 is needed.");

    /// <summary>The element type of an input that must be a number, not a truth value.</summary>
    public static DType NumberType(this InferScope s, int input) => s.Type(input).DType is not DType.Bool and var type
        ? type
        : throw s.FailType($"input {input} ('{s.Node.Input(input)}') holds Bool; a number is needed.");

    /// <summary>
    /// An error about an element type, which another tool may compute with: its cause is an <see cref="UnsupportedException"/>, by which a
    /// reader knows that it may pass the node on.
    /// </summary>
    public static ModelException FailType(this InferScope s, string message) => new(s.Fail(message).Message, new UnsupportedException(message));

    /// <summary>The element type of an input that must be an integer.</summary>
    public static DType WholeType(this InferScope s, int input) => !Reals.Holds(s.NumberType(input))
        ? s.Type(input).DType
        : throw s.Fail($"input {input} ('{s.Node.Input(input)}') holds {s.Type(input).DType}; an integer is needed.");

    /// <summary>Checks that two inputs hold the same type.</summary>
    public static void SameType(this InferScope s, int first, int second)
    {
        DType a = s.Type(first).DType, b = s.Type(second).DType;
        if (a != b) throw s.Fail($"input {first} holds {a} and input {second} holds {b}; they must be the same.");
    }

    /// <summary>Checks that an input holds one type.</summary>
    public static void Holds(this InferScope s, int input, params ReadOnlySpan<DType> types)
    {
        DType found = s.Type(input).DType;
        if (types.Contains(found)) return;
        throw s.FailType($"input {input} ('{s.Node.Input(input)}') holds {found}; {string.Join(" or ", types.ToArray())} is needed.");
    }

    /// <summary>Checks how many inputs there are.</summary>
    public static void Inputs(this InferScope s, int least, int most)
    {
        if (s.InputCount > most) throw s.Fail($"it has {s.InputCount} inputs, at most {most} are known.");
        for (int i = 0; i < least; i++) s.Type(i);
    }

    /// <summary>An axis counted from the end where it is negative.</summary>
    public static int Axis(this InferScope s, long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw s.Fail($"axis {axis} does not exist; the input has {rank} axes, so it must be in [{-rank}, {rank - 1}].");

    /// <summary>Axes, each counted from the end where it is negative, none twice.</summary>
    public static int[] Axes(this InferScope s, IEnumerable<long> axes, int rank)
    {
        int[] found = [.. axes.Select(a => s.Axis(a, rank))];
        return found.Distinct().Count() == found.Length ? found : throw s.Fail($"an axis is named twice in [{string.Join(", ", axes)}].");
    }

    /// <summary>The elements of an integer input where all are numbers known before running; null otherwise.</summary>
    public static long[]? Numbers(this InferScope s, int input) =>
        s.Integers(input) is { } values && values.All(v => v.IsKnown) ? values.Map(v => v.Constant) : null;

    /// <summary>True where two lengths can be equal: a name may stand for any number.</summary>
    public static bool Agrees(this Dim a, Dim b) => !a.IsKnown || !b.IsKnown || a.Constant == b.Constant;

    /// <summary>True where two shapes of one rank can be equal.</summary>
    public static bool Agrees(this Shape a, Shape b)
    {
        if (a.Rank != b.Rank) return false;
        for (int axis = 0; axis < a.Rank; axis++)
            if (!a[axis].Agrees(b[axis])) return false;
        return true;
    }

    /// <summary>The number of elements as a form of names, or null where it is not linear.</summary>
    public static Dim? Product(this Shape shape) => Product(shape[..]);

    /// <summary>The product of lengths as a form of names, or null where it is not linear.</summary>
    public static Dim? Product(this ReadOnlySpan<Dim> dims)
    {
        Dim? product = 1;
        foreach (Dim dim in dims) product = product is { } p ? Dim.Multiply(p, dim) : null;
        return product;
    }

    /// <summary>A shape of lengths of which none is known.</summary>
    public static Shape UnknownShape(this InferScope s, int rank) => new(Enumerable.Range(0, rank).Select(s.Unknown));

    /// <summary>The same type as an input, and the same integers.</summary>
    public static void Same(this InferScope s, int input = 0, int output = 0)
    {
        s.Output(output, s.Type(input));
        if (s.Integers(input) is { } values) s.OutputIntegers(output, values);
    }

    /// <summary>Passes on the integers of input 0: the operator only changes the shape.</summary>
    public static void KeepIntegers(this InferScope s)
    {
        if (s.Integers(0) is ImmutableArray<Dim> values) s.OutputIntegers(0, values);
    }
}
