using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>A row of the family of functions of any number of values, which are broadcast to a common shape.</summary>
public sealed class VariadicFunction : INamed
{
    private VariadicFunction(string name, Func<double, double, double> real, Func<long, long, long>? whole = null)
    {
        Name = name;
        Real = real;
        Whole = whole;
    }

    /// <summary>a + b + ...</summary>
    public static VariadicFunction Sum { get; } = new("Sum", (a, b) => a + b);

    /// <summary>(a + b + ...) / count.</summary>
    public static VariadicFunction Mean { get; } = new("Mean", (a, b) => a + b);

    /// <summary>The smallest.</summary>
    public static VariadicFunction Min { get; } = new("Min", Math.Min, Math.Min);

    /// <summary>The largest.</summary>
    public static VariadicFunction Max { get; } = new("Max", Math.Max, Math.Max);

    /// <summary>All rows.</summary>
    public static ImmutableArray<VariadicFunction> All { get; } = [Sum, Mean, Min, Max];

    /// <summary>The ONNX operator type.</summary>
    public string Name { get; }

    /// <summary>How two are joined.</summary>
    public Func<double, double, double> Real { get; }

    /// <summary>How two integers are joined; null where none are taken.</summary>
    public Func<long, long, long>? Whole { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
