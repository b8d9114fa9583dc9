using Pare.Encodings;
using Pare.Operators;

namespace Pare.Passes;

/// <summary>
/// Folds a batch normalization with stored statistics into the convolution or product before it: its factors multiply the weight's
/// output channels, the rest becomes bias. A compressed weight keeps its form and gets a scale for each channel outside: codes stay as they are.
/// </summary>
public static class FoldBatchNorm
{
    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model) => Apply(model, multiplies: true);

    /// <summary>The same for a model that is only run: plain weights get a scale outside too, so that no copy of them is made. Decoding multiplies: the same bits.</summary>
    internal static Model ApplyToRun(Model model) => Apply(model, multiplies: false);

    private static Model Apply(Model model, bool multiplies)
    {
        var readers = new Readers(model);
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node layer in model.Nodes)
        {
            if (!Takes(model, readers, layer) || readers.Only(layer.Outputs[0]) is not { Operator: BatchNormalization norm } node) continue;
            if (node.Inputs[0] != layer.Outputs[0] || node.Outputs.Skip(1).Any(o => o.Length > 0)) continue;
            if (Affine(model, node, norm.Epsilon) is not { } affine) continue;
            Fold(model, editor, layer, node, affine.Factors, affine.Offsets, multiplies);
            changed = true;
        }
        if (!changed) return model;
        editor.RemoveUnused();
        return editor.Build();
    }

    private static bool Takes(Model model, Readers readers, Node layer)
    {
        if (layer.Operator is not (Conv or Gemm { Beta: 1 })) return false;
        if (!model.Weights.ContainsKey(layer.Inputs[1]) || readers.Only(layer.Inputs[1]) is null) return false;
        string bias = layer.Input(2);
        return bias.Length == 0 || (model.Floats(bias) is { } values && values.Shape.Rank == 1);
    }

    // y = x * factor + offset: factor = scale / sqrt(variance + epsilon), offset = bias - mean * factor
    private static (float[] Factors, double[] Offsets)? Affine(Model model, Node norm, float epsilon)
    {
        var parts = new float[4][];
        for (int i = 0; i < parts.Length; i++)
        {
            if (model.Floats(norm.Inputs[i + 1]) is not { } values) return null;
            parts[i] = values.Values;
        }
        var factors = new float[parts[0].Length];
        var offsets = new double[factors.Length];
        for (int c = 0; c < factors.Length; c++)
        {
            double factor = parts[0][c] / Math.Sqrt((double)parts[3][c] + epsilon);
            (factors[c], offsets[c]) = ((float)factor, parts[1][c] - parts[2][c] * factor);
        }
        return (factors, offsets);
    }

    private static void Fold(Model model, ModelEditor editor, Node layer, Node norm, float[] factors, double[] offsets, bool multiplies)
    {
        string weight = layer.Inputs[1], bias = layer.Input(2);
        editor.SetWeight(weight, Scale(model.Weights[weight], layer.Operator.WeightAxis(1)!.Value, factors, multiplies));
        float[]? old = bias.Length == 0 ? null : model.Floats(bias)!.Value.Values;
        string name = bias.Length > 0 && new Readers(model).Only(bias) is not null ? bias : editor.FreshValue($"{layer.Name}.bias");
        var values = new float[factors.Length];
        for (int c = 0; c < values.Length; c++) values[c] = (float)(offsets[c] + (old is null ? 0 : (double)old[old.Length == 1 ? 0 : c] * factors[c]));
        editor.RemoveInitializer(name);
        editor.SetWeight(name, new Dense(Shape.Of(values.Length), values));
        editor.Remove(norm);
        editor.Replace(layer, layer with { Inputs = layer.WithInput(2, name), Outputs = norm.Outputs });
    }

    private static WeightEncoding Scale(WeightEncoding weight, int axis, float[] factors, bool multiplies)
    {
        if (multiplies && weight is Dense dense)
        {
            var values = new float[dense.Length];
            AxisSlices slices = AxisSlices.Of(dense.Shape, axis);
            for (int row = 0, at = 0; row < slices.Outer * slices.Length; row++, at += slices.Inner)
            {
                ReadOnlySpan<float> from = dense.Values.Slice(at, slices.Inner);
                Span<float> to = values.AsSpan(at, slices.Inner);
                float factor = factors[row % factors.Length];
                for (int i = 0; i < to.Length; i++) to[i] = from[i] * factor;
            }
            return new Dense(dense.Shape, values);
        }
        if (weight is Scaled { Scales: Dense old } scaled)
        {
            if (scaled.Block > 0 && scaled.Axis != axis) return new Scaled(scaled.Axis, Scale(old, axis, factors, multiplies: true), scaled.Inner, scaled.Block);
            if (scaled.Axis == axis && scaled.Block == 0) return new Scaled(axis, Scale(old, 0, factors, multiplies: true), scaled.Inner);
            if (scaled.Axis == Scaled.WholeWeight) return new Scaled(axis, new Dense(Shape.Of(factors.Length), factors.Select(f => old.Values[0] * f).ToArray()), scaled.Inner);
        }
        return new Scaled(axis, new Dense(Shape.Of(factors.Length), factors), weight);
    }
}
