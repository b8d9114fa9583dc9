namespace Pare.Compression.Quantization.Rounding;

/// <summary>
/// A linear map y[r, o] = bias[o] + sum over k of w[o, k] x[r, k] whose weights become scale * code. A convolution in groups is as many
/// problems as groups.
/// </summary>
internal sealed record RoundingProblem
{
    /// <summary>Output channels.</summary>
    public required int Outputs { get; init; }

    /// <summary>Numbers that each output channel reads.</summary>
    public required int Depth { get; init; }

    /// <summary>Samples.</summary>
    public required int Rows { get; init; }

    /// <summary>Float weights [outputs, depth].</summary>
    public required float[] Weights { get; init; }

    /// <summary>The scale of each weight [outputs, depth], above 0.</summary>
    public required float[] Scales { get; init; }

    /// <summary>The greatest code; the least is its opposite.</summary>
    public required int Most { get; init; }

    /// <summary>Whether a weight is stored [outputs, depth]; null: all are. Others stay 0.</summary>
    public bool[]? Kept { get; init; }

    /// <summary>What the layer reads in the network that is quantized before it [rows, depth].</summary>
    public required float[] Inputs { get; init; }

    /// <summary>What it should make of that, before its rectifier: the float network's numbers [rows, outputs].</summary>
    public required float[] Targets { get; init; }

    /// <summary>[outputs], or null.</summary>
    public float[]? Bias { get; init; }

    /// <summary>Where the rectifier behind the layer cuts off below; minus infinity for none.</summary>
    public float Low { get; init; } = float.NegativeInfinity;

    /// <summary>Where it cuts off above.</summary>
    public float High { get; init; } = float.PositiveInfinity;

    public bool IsKept(int weight) => Kept is null || Kept[weight];

    /// <summary>The nearest codes.</summary>
    public int[] Nearest()
    {
        var codes = new int[Weights.Length];
        for (int i = 0; i < codes.Length; i++)
            if (IsKept(i)) codes[i] = WeightScales.Code(Weights[i], Scales[i], Most);
        return codes;
    }

    /// <summary>The weights of some codes.</summary>
    public float[] Decoded(ReadOnlySpan<int> codes)
    {
        var weights = new float[codes.Length];
        for (int i = 0; i < weights.Length; i++) weights[i] = Scales[i] * codes[i];
        return weights;
    }

    /// <summary>For each output channel the mean of what the targets are above the outputs of some codes.</summary>
    public double[] MeanErrors(ReadOnlySpan<int> codes)
    {
        var inputs = new double[Depth];
        for (int r = 0; r < Rows; r++)
            for (int k = 0; k < Depth; k++) inputs[k] += Inputs[r * Depth + k];
        var errors = new double[Outputs];
        for (int r = 0; r < Rows; r++)
            for (int o = 0; o < Outputs; o++) errors[o] += Targets[r * Outputs + o];
        for (int o = 0; o < Outputs; o++)
        {
            for (int k = 0; k < Depth; k++) errors[o] -= Scales[o * Depth + k] * (double)codes[o * Depth + k] * inputs[k];
            errors[o] = errors[o] / Math.Max(1, Rows) - (Bias?[o] ?? 0);
        }
        return errors;
    }

    /// <summary>The mean squared error of the outputs of some codes, before the rectifier, summed over channels: for tests and reports.</summary>
    public double OutputError(ReadOnlySpan<int> codes)
    {
        double sum = 0;
        for (int r = 0; r < Rows; r++)
            for (int o = 0; o < Outputs; o++)
            {
                double y = Bias?[o] ?? 0;
                for (int k = 0; k < Depth; k++) y += Scales[o * Depth + k] * (double)codes[o * Depth + k] * Inputs[r * Depth + k];
                double error = Math.Clamp(y, Low, High) - Math.Clamp(Targets[r * Outputs + o], Low, High);
                sum += error * error;
            }
        return sum / Math.Max(1, Rows);
    }
}
