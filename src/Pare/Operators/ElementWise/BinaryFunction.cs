namespace Pare.Operators;

/// <summary>A row of the family of functions of two values, which are broadcast to a common shape.</summary>
public sealed class BinaryFunction : INamed
{
    /// <summary>The ONNX operator type.</summary>
    public required string Name { get; init; }

    /// <summary>The first opset that has it.</summary>
    public int SinceOpset { get; init; } = 1;

    /// <summary>The operator set: "" is ONNX's own.</summary>
    public string Domain { get; init; } = "";

    /// <summary>What tells rows of one name apart; null where the name has one row.</summary>
    public Variant? Variant { get; init; }

    /// <summary>The formula for real numbers; null where none are taken. A truth value is 0 or 1.</summary>
    public Func<double, double, double>? Real { get; init; }

    /// <summary>The formula for integers and truth values (0 or 1); null where none are taken.</summary>
    public Func<long, long, long>? Whole { get; init; }

    /// <summary>The formula for lengths with names, null where the result is not linear.</summary>
    public Func<Dim, Dim, Dim?>? Form { get; init; }

    /// <summary>The result is a truth value.</summary>
    public bool Decides { get; init; }

    /// <summary>Truth values are taken.</summary>
    public bool TakesTruth { get; init; }

    /// <summary>Nothing but truth values are taken.</summary>
    public bool OnlyTruth => TakesTruth && Real is null;

    /// <summary>Nothing but integers are taken.</summary>
    public bool OnlyWhole => !TakesTruth && Real is null;

    /// <summary>Only the second input may be broadcast: the result has the shape of the first.</summary>
    public bool OneWay { get; init; }

    /// <summary>The second input may be of another type.</summary>
    public bool Mixed { get; init; }

    /// <summary>The name, with what tells it apart where several rows have it: "Gelu, approximate 'tanh'".</summary>
    public override string ToString() => Variant is null ? Name : $"{Name}, {Variant}";
}
