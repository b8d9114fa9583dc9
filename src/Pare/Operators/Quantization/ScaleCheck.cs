namespace Pare.Operators;

/// <summary>Holds the scales of quantization nodes that are known to what arithmetic needs: positive and finite.</summary>
internal static class ScaleCheck
{
    /// <summary>Checks the scales of a node.</summary>
    /// <param name="node">Any node; others than those of quantization pass.</param>
    /// <param name="floats">The values of an F32 initializer; null where a value is none.</param>
    /// <exception cref="ModelException">A scale is 0, negative, infinite or no number.</exception>
    public static void Require(Node node, Func<string, float[]?> floats)
    {
        foreach (int input in Inputs(node.Operator))
            if (node.Input(input) is { Length: > 0 } name && floats(name) is { } scales) Require(node.ToString(), name, scales);
    }

    /// <summary>Checks scales.</summary>
    /// <exception cref="ModelException">A scale is 0, negative, infinite or no number.</exception>
    public static void Require(string node, string name, ReadOnlySpan<float> scales)
    {
        for (int i = 0; i < scales.Length; i++)
            if (!(scales[i] > 0) || float.IsInfinity(scales[i]))
                throw new ModelException(FormattableString.Invariant(
                    $"Node {node}: the scale '{name}'{(scales.Length > 1 ? FormattableString.Invariant($"[{i}]") : "")} is {scales[i]}; a positive finite number is needed. Quantize the model again."));
    }

    private static ReadOnlySpan<int> Inputs(Operator op) => op switch
    {
        QuantizeLinear or DequantizeLinear => [1],
        QLinearConv or QLinearMatMul => [1, 4, 6],
        _ => [],
    };
}
