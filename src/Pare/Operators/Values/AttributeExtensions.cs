using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Attributes in the forms that operators hold.</summary>
internal static class AttributeExtensions
{
    /// <summary>A list of 32-bit integers; empty where it is missing.</summary>
    public static ValueList<int> IntList(this OperatorReader r, string name)
    {
        ImmutableArray<long> values = r.Ints(name);
        if (values.IsDefault) return [];
        return [.. values.Map(v => v == (int)v ? (int)v : throw r.Fail($"attribute '{name}' has {v}, which is over 32 bits."))];
    }

    /// <summary>A 32-bit integer of a range.</summary>
    public static int Int32(this OperatorReader r, string name, int? fallback = null, int least = int.MinValue, int most = int.MaxValue)
    {
        long value = r.Int(name, fallback);
        return value >= least && value <= most ? (int)value : throw r.Fail($"attribute '{name}' is {value}; it must be in [{least}, {most}].");
    }

    /// <summary>Moves an attribute of older opsets into an input.</summary>
    public static void IntsToInput(this OperatorReader r, string name, int input)
    {
        ImmutableArray<long> values = r.Ints(name);
        if (!values.IsDefault) r.SetInput(input, Pare.Tensor.Vector<long>([.. values]));
    }

    /// <summary>Moves an input into the attribute that older opsets have.</summary>
    public static void InputToInts(this OperatorWriter w, int input, string name)
    {
        if (w.TakeInput(input) is { } values) w.Ints(name, [.. values.ToInt64s()]);
    }

    /// <summary>Writes a list; nothing where it is empty.</summary>
    public static void IntList(this OperatorWriter w, string name, ValueList<int> values)
    {
        if (!values.IsEmpty) w.Ints(name, [.. values.Select(v => (long)v)]);
    }

    /// <summary>Writes the attribute 'axis'. Opsets before 11 know none that counts from the end: it is counted from the start then, where the input's type is known.</summary>
    /// <exception cref="UnsupportedException">The opset is older, and the rank is not known.</exception>
    public static void Axis(this OperatorWriter w, int axis, string operatorName)
    {
        if (axis < 0 && w.Opset < 11)
        {
            if (w.InputType(0) is not { } type) w.Since(11, $"{operatorName} at an axis counted from the end");
            else axis += type.Shape.Rank;
        }
        w.Int("axis", axis);
    }

    /// <summary>Refuses to write what the opset does not have.</summary>
    /// <exception cref="UnsupportedException">The opset is older.</exception>
    public static void Since(this OperatorWriter w, int opset, string what)
    {
        if (w.Opset < opset) throw new UnsupportedException($"{what} exists since opset {opset}; opset {w.Opset} cannot express it. Write opset {opset} or newer.");
    }
}
