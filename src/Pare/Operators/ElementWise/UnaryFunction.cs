namespace Pare.Operators;

/// <summary>A row of the family of functions of one number: a name, a formula and its slope.</summary>
public sealed class UnaryFunction : INamed
{
    /// <summary>The ONNX operator type.</summary>
    public required string Name { get; init; }

    /// <summary>The operator set: "" is ONNX's own.</summary>
    public string Domain { get; init; } = "";

    /// <summary>The first opset that has it.</summary>
    public int SinceOpset { get; init; } = 1;

    /// <summary>What tells rows of one name apart; null where the name has one row.</summary>
    public Variant? Variant { get; init; }

    /// <summary>Default of the attribute alpha; null where there is none.</summary>
    public float? Alpha { get; init; }

    /// <summary>Default of the attribute beta; null where there is none.</summary>
    public float? Beta { get; init; }

    /// <summary>What ONNX calls alpha.</summary>
    public string AlphaName { get; init; } = "alpha";

    /// <summary>What ONNX calls beta.</summary>
    public string BetaName { get; init; } = "beta";

    /// <summary>The formula of (x, alpha, beta).</summary>
    public required Func<double, double, double, double> Real { get; init; }

    /// <summary>The formula for integers; null where only real numbers are taken.</summary>
    public Func<long, long>? Whole { get; init; }

    /// <summary>The derivative as a formula of (y, alpha, beta): the cheapest, for y is mostly kept anyway.</summary>
    public Func<double, double, double, double>? SlopeOfOutput { get; init; }

    /// <summary>The derivative as a formula of (x, alpha, beta).</summary>
    public Func<double, double, double, double>? SlopeOfInput { get; init; }

    /// <summary>True where there is a derivative.</summary>
    public bool HasSlope => SlopeOfInput is not null || SlopeOfOutput is not null;

    /// <summary>The name, with what tells it apart where several rows have it: "Gelu, approximate 'tanh'".</summary>
    public override string ToString() => Variant is null ? Name : $"{Name}, {Variant}";
}
