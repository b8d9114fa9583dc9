using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>The functions of one number. x is the input, y the output, a and b the attributes alpha and beta.</summary>
public static class UnaryFunctions
{
    /// <summary>max(x, 0).</summary>
    public static UnaryFunction Relu { get; } = new()
    {
        Name = "Relu",
        Real = (x, a, b) => x > 0 || double.IsNaN(x) ? x : 0,
        Whole = x => Math.Max(x, 0),
        SlopeOfOutput = (y, a, b) => y > 0 ? 1 : 0,
    };

    /// <summary>x where positive, otherwise alpha x.</summary>
    public static UnaryFunction LeakyRelu { get; } = new()
    {
        Name = "LeakyRelu",
        Alpha = 0.01f,
        Real = (x, a, b) => x < 0 ? a * x : x,
        SlopeOfInput = (x, a, b) => x < 0 ? a : 1,
    };

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static UnaryFunction Sigmoid { get; } = new()
    {
        Name = "Sigmoid",
        Real = (x, a, b) => 1 / (1 + Math.Exp(-x)),
        SlopeOfOutput = (y, a, b) => y * (1 - y),
    };

    /// <summary>Hyperbolic tangent.</summary>
    public static UnaryFunction Tanh { get; } = new() { Name = "Tanh", Real = (x, a, b) => Math.Tanh(x), SlopeOfOutput = (y, a, b) => 1 - y * y };

    /// <summary>x where positive, otherwise alpha (exp(x) - 1).</summary>
    public static UnaryFunction Elu { get; } = new()
    {
        Name = "Elu",
        Alpha = 1,
        Real = (x, a, b) => x < 0 ? a * (Math.Exp(x) - 1) : x,
        SlopeOfInput = (x, a, b) => x < 0 ? a * Math.Exp(x) : 1,
    };

    /// <summary>beta x where positive, otherwise beta alpha (exp(x) - 1); ONNX calls beta gamma.</summary>
    public static UnaryFunction Selu { get; } = new()
    {
        Name = "Selu",
        Alpha = 1.67326319217681884765625f,
        Beta = 1.05070102214813232421875f,
        BetaName = "gamma",
        Real = (x, a, b) => x > 0 ? b * x : b * a * (Math.Exp(x) - 1),
        SlopeOfInput = (x, a, b) => x > 0 ? b : b * a * Math.Exp(x),
    };

    /// <summary>alpha x + beta, kept within 0 and 1.</summary>
    public static UnaryFunction HardSigmoid { get; } = new()
    {
        Name = "HardSigmoid",
        Alpha = 0.2f,
        Beta = 0.5f,
        Real = (x, a, b) => Math.Max(0, Math.Min(1, a * x + b)),
        SlopeOfInput = (x, a, b) => a * x + b is > 0 and < 1 ? a : 0,
    };

    /// <summary>x times x / 6 + 1 / 2 kept within 0 and 1.</summary>
    public static UnaryFunction HardSwish { get; } = new()
    {
        Name = "HardSwish",
        SinceOpset = 14,
        Real = (x, a, b) => x * Math.Max(0, Math.Min(1, x / 6 + 0.5)),
        SlopeOfInput = (x, a, b) => x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5,
    };

    /// <summary>log(1 + exp(x)).</summary>
    public static UnaryFunction Softplus { get; } = new()
    {
        Name = "Softplus",
        Real = (x, a, b) => x > 30 ? x : Math.Log(1 + Math.Exp(x)),
        SlopeOfInput = (x, a, b) => 1 / (1 + Math.Exp(-x)),
    };

    /// <summary>x / (1 + |x|).</summary>
    public static UnaryFunction Softsign { get; } = new()
    {
        Name = "Softsign",
        Real = (x, a, b) => x / (1 + Math.Abs(x)),
        SlopeOfInput = (x, a, b) => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x))),
    };

    /// <summary>e^x.</summary>
    public static UnaryFunction Exp { get; } = new() { Name = "Exp", Real = (x, a, b) => Math.Exp(x), SlopeOfOutput = (y, a, b) => y };

    /// <summary>Natural logarithm.</summary>
    public static UnaryFunction Log { get; } = new() { Name = "Log", Real = (x, a, b) => Math.Log(x), SlopeOfInput = (x, a, b) => 1 / x };

    /// <summary>Square root; NaN below 0.</summary>
    public static UnaryFunction Sqrt { get; } = new() { Name = "Sqrt", Real = (x, a, b) => Math.Sqrt(x), SlopeOfOutput = (y, a, b) => 0.5 / y };

    /// <summary>-x.</summary>
    public static UnaryFunction Neg { get; } = new() { Name = "Neg", Real = (x, a, b) => -x, Whole = x => -x, SlopeOfOutput = (y, a, b) => -1 };

    /// <summary>|x|.</summary>
    public static UnaryFunction Abs { get; } = new()
    {
        Name = "Abs",
        Real = (x, a, b) => Math.Abs(x),
        Whole = x => x < 0 ? unchecked(-x) : x,
        SlopeOfInput = (x, a, b) => double.IsNaN(x) ? x : Math.Sign(x),
    };

    /// <summary>The error function.</summary>
    public static UnaryFunction Erf { get; } = new()
    {
        Name = "Erf",
        SinceOpset = 9,
        Real = (x, a, b) => ErrorFunction.At(x),
        SlopeOfInput = (x, a, b) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x),
    };

    /// <summary>1 / x.</summary>
    public static UnaryFunction Reciprocal { get; } = new() { Name = "Reciprocal", Real = (x, a, b) => 1 / x, SlopeOfOutput = (y, a, b) => -y * y };

    /// <summary>Sine.</summary>
    public static UnaryFunction Sin { get; } = new() { Name = "Sin", SinceOpset = 7, Real = (x, a, b) => Math.Sin(x), SlopeOfInput = (x, a, b) => Math.Cos(x) };

    /// <summary>Cosine.</summary>
    public static UnaryFunction Cos { get; } = new() { Name = "Cos", SinceOpset = 7, Real = (x, a, b) => Math.Cos(x), SlopeOfInput = (x, a, b) => -Math.Sin(x) };

    /// <summary>The largest integer not above x.</summary>
    public static UnaryFunction Floor { get; } = new() { Name = "Floor", Real = (x, a, b) => Math.Floor(x) };

    /// <summary>The smallest integer not below x.</summary>
    public static UnaryFunction Ceil { get; } = new() { Name = "Ceil", Real = (x, a, b) => Math.Ceiling(x) };

    /// <summary>The nearest integer, halves to even.</summary>
    public static UnaryFunction Round { get; } = new() { Name = "Round", SinceOpset = 11, Real = (x, a, b) => Math.Round(x, MidpointRounding.ToEven) };

    /// <summary>-1, 0 or 1.</summary>
    public static UnaryFunction Sign { get; } = new()
    {
        Name = "Sign",
        SinceOpset = 9,
        Real = (x, a, b) => double.IsNaN(x) ? x : Math.Sign(x),
        Whole = x => Math.Sign(x),
    };

    /// <summary>
    /// 1 where x is at least 0 (-0 too), otherwise -1 (NaN too): the sign of networks whose activations are one bit. ONNX's Sign gives 0 at 0;
    /// files hold GreaterOrEqual and Where instead, see <see cref="Passes.BinarySigns"/>.
    /// </summary>
    /// <remarks>Hubara, Courbariaux, Soudry, El-Yaniv, Bengio, "Binarized Neural Networks", NIPS 2016, section 1.1.</remarks>
    public static UnaryFunction BinarySign { get; } = new()
    {
        Name = "BinarySign",
        Domain = PareDomain.Name,
        Real = (x, a, b) => x >= 0 ? 1 : -1,
    };

    /// <summary>All rows.</summary>
    public static ImmutableArray<UnaryFunction> All { get; } =
    [
        Relu, LeakyRelu, Sigmoid, Tanh, Elu, Selu, HardSigmoid, HardSwish, Softplus, Softsign, Exp, Log, Sqrt, Neg, Abs, Erf, Reciprocal,
        Sin, Cos, Floor, Ceil, Round, Sign, BinarySign, .. ActivationFunctions.All, .. TrigonometricFunctions.All,
    ];
}
