namespace Pare.Operators;

/// <summary>An activation of a recurrent layer with its parameters.</summary>
internal readonly record struct RecurrentActivation(string Name, double Alpha, double Beta)
{
    // Alpha and beta where the file gives none; NaN where the function has no such parameter.
    private static readonly (string Name, double Alpha, double Beta)[] Known =
    [
        ("Relu", double.NaN, double.NaN), ("Tanh", double.NaN, double.NaN), ("Sigmoid", double.NaN, double.NaN),
        ("Affine", 1, 0), ("LeakyRelu", 0.01, double.NaN), ("ThresholdedRelu", 1, double.NaN), ("ScaledTanh", 1, 1),
        ("HardSigmoid", 0.2, 0.5), ("Elu", 1, double.NaN), ("Softsign", double.NaN, double.NaN), ("Softplus", double.NaN, double.NaN),
    ];

    /// <summary>The names that are known, in ONNX's spelling.</summary>
    public static IEnumerable<string> Names => Known.Select(k => k.Name);

    /// <summary>Gives each function the parameters that it has, in order.</summary>
    public static RecurrentActivation[] Of(IEnumerable<string> names, IReadOnlyList<float> alphas, IReadOnlyList<float> betas)
    {
        int alpha = 0, beta = 0;
        return [.. names.Select(name =>
        {
            (string known, double a, double b) = Known.First(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (!double.IsNaN(a) && alpha < alphas.Count) a = alphas[alpha++];
            if (!double.IsNaN(b) && beta < betas.Count) b = betas[beta++];
            return new RecurrentActivation(known, a, b);
        })];
    }

    /// <summary>The value at x.</summary>
    public double Of(double x) => Name switch
    {
        "Relu" => Math.Max(x, 0),
        "Tanh" => Math.Tanh(x),
        "Sigmoid" => 1 / (1 + Math.Exp(-x)),
        "Affine" => Alpha * x + Beta,
        "LeakyRelu" => x >= 0 ? x : Alpha * x,
        "ThresholdedRelu" => x >= Alpha ? x : 0,
        "ScaledTanh" => Alpha * Math.Tanh(Beta * x),
        "HardSigmoid" => Math.Clamp(Alpha * x + Beta, 0, 1),
        "Elu" => x >= 0 ? x : Alpha * (Math.Exp(x) - 1),
        "Softsign" => x / (1 + Math.Abs(x)),
        _ => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
    };
}
