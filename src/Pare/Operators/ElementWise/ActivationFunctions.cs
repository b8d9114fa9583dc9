using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Functions of one number that networks use as activations, beside those of <see cref="UnaryFunctions"/>. a and b are the attributes.</summary>
public static class ActivationFunctions
{
    private const double RootHalf = 0.70710678118654752440, TanhScale = 0.79788456080286535588, Cube = 0.044715;

    /// <summary>x times the probability that a normal number lies below x.</summary>
    /// <remarks>Hendrycks, Gimpel, "Gaussian Error Linear Units", 2016.</remarks>
    public static UnaryFunction Gelu { get; } = new()
    {
        Name = "Gelu",
        SinceOpset = 20,
        Variant = new Variant("approximate", new AttributeValue.Text("none"), IsDefault: true),
        Real = (x, a, b) => 0.5 * x * (1 + ErrorFunction.At(x * RootHalf)),
        SlopeOfInput = (x, a, b) => 0.5 * (1 + ErrorFunction.At(x * RootHalf)) + 0.5 * RootHalf * x * ErrorFunction.Slope(x * RootHalf),
    };

    /// <summary>x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))): near to <see cref="Gelu"/>.</summary>
    public static UnaryFunction GeluTanh { get; } = new()
    {
        Name = "Gelu",
        SinceOpset = 20,
        Variant = new Variant("approximate", new AttributeValue.Text("tanh")),
        Real = (x, a, b) => 0.5 * x * (1 + Math.Tanh(TanhScale * (x + Cube * x * x * x))),
        SlopeOfInput = GeluTanhSlope,
    };

    /// <summary>x tanh(log(1 + exp(x))).</summary>
    /// <remarks>Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019.</remarks>
    public static UnaryFunction Mish { get; } = new()
    {
        Name = "Mish",
        SinceOpset = 18,
        Real = (x, a, b) => x * Math.Tanh(Softplus(x)),
        SlopeOfInput = MishSlope,
    };

    /// <summary>x sigmoid(alpha x).</summary>
    public static UnaryFunction Swish { get; } = new()
    {
        Name = "Swish",
        SinceOpset = 24,
        Alpha = 1,
        Real = (x, a, b) => x * Sigmoid(a * x),
        SlopeOfInput = (x, a, b) => Sigmoid(a * x) * (1 + a * x * (1 - Sigmoid(a * x))),
    };

    /// <summary>max(0, x) + min(0, alpha (exp(x / alpha) - 1)).</summary>
    public static UnaryFunction Celu { get; } = new()
    {
        Name = "Celu",
        SinceOpset = 12,
        Alpha = 1,
        Real = (x, a, b) => Math.Max(0, x) + Math.Min(0, a * (Math.Exp(x / a) - 1)),
        SlopeOfInput = (x, a, b) => x < 0 ? Math.Exp(x / a) : 1,
    };

    /// <summary>x where it is over alpha, otherwise 0.</summary>
    public static UnaryFunction ThresholdedRelu { get; } = new()
    {
        Name = "ThresholdedRelu",
        SinceOpset = 10,
        Alpha = 1,
        Real = (x, a, b) => x > a || double.IsNaN(x) ? x : 0,
        SlopeOfInput = (x, a, b) => x > a ? 1 : 0,
    };

    /// <summary>x moved towards 0 by beta where |x| is over alpha, otherwise 0; ONNX calls them bias and lambd.</summary>
    public static UnaryFunction Shrink { get; } = new()
    {
        Name = "Shrink",
        SinceOpset = 9,
        Alpha = 0.5f,
        AlphaName = "lambd",
        Beta = 0,
        BetaName = "bias",
        Real = (x, a, b) => x < -a ? x + b : x > a ? x - b : double.IsNaN(x) ? x : 0,
        SlopeOfInput = (x, a, b) => x < -a || x > a ? 1 : 0,
    };

    /// <summary>All rows.</summary>
    public static ImmutableArray<UnaryFunction> All { get; } = [Gelu, GeluTanh, Mish, Swish, Celu, ThresholdedRelu, Shrink];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Softplus(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));

    private static double MishSlope(double x, double a, double b)
    {
        double t = Math.Tanh(Softplus(x));
        return t + x * (1 - t * t) * Sigmoid(x);
    }

    private static double GeluTanhSlope(double x, double a, double b)
    {
        double t = Math.Tanh(TanhScale * (x + Cube * x * x * x));
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * TanhScale * (1 + 3 * Cube * x * x);
    }
}
