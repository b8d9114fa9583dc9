using Pare.Encodings;
using Pare.Operators;

namespace Pare.Compression.Tests.Quantization;

/// <summary>Spoils one layer of a quantized network in one way.</summary>
internal static class Spoiling
{
    /// <summary>The weight of a node with something else in its place.</summary>
    public static Model Weight(this Model model, string node, Func<WeightEncoding, WeightEncoding> spoil)
    {
        string weight = model.Nodes.Single(n => n.Name == node).Inputs[1];
        return model.WithWeights([KeyValuePair.Create(weight, spoil(model.Weights[weight]))]);
    }

    /// <summary>All scales, or that of one channel, times a factor.</summary>
    public static WeightEncoding Scaled(WeightEncoding weight, float factor, int? channel = null)
    {
        var scaled = weight.ShouldBeOfType<Scaled>();
        float[] scales = [.. scaled.Scales.ToArray().Select((s, i) => channel is null || channel == i ? s * factor : s)];
        return new Scaled(scaled.Axis, new Dense(scaled.Scales.Shape, scales), scaled.Inner, scaled.Block);
    }

    /// <summary>The weight rounded to few bits.</summary>
    public static WeightEncoding Bits(WeightEncoding weight, int bits) =>
        Pare.Compression.Quantization.WeightQuantizer.Round(new Dense(weight.Shape, weight.ToArray()), LeafScope.Of("w", weight.Shape, 0), new Pare.Compression.Quantization.WeightFormat(bits));

    /// <summary>The codes in another order.</summary>
    public static WeightEncoding Permuted(WeightEncoding weight)
    {
        var scaled = weight.ShouldBeOfType<Scaled>();
        int[] codes = Array.ConvertAll(scaled.Inner.ToArray(), c => (int)c);
        new Rng(9).Shuffle<int>(codes);
        return new Scaled(scaled.Axis, scaled.Scales, Integer.Of(weight.Shape, 8, codes, 0, isSigned: true));
    }

    /// <summary>The zero point of the weight's codes moved.</summary>
    public static WeightEncoding Shifted(WeightEncoding weight, int zero)
    {
        var scaled = weight.ShouldBeOfType<Scaled>();
        return new Scaled(scaled.Axis, scaled.Scales, Integer.Of(weight.Shape, 8, Array.ConvertAll(scaled.Inner.ToArray(), c => (int)c), zero, isSigned: true));
    }

    /// <summary>The bias of a node moved by some of its own size.</summary>
    public static Model Bias(this Model model, string node, float by)
    {
        string name = model.Nodes.Single(n => n.Name == node).Inputs[2];
        float[] bias = model.Weights[name].ToArray();
        return model.WithWeights([KeyValuePair.Create(name, (WeightEncoding)new Dense(model.Weights[name].Shape, bias.Select((b, i) => b + (i % 2 == 0 ? by : -by)).ToArray()))]);
    }

    /// <summary>The scale of a value times a factor, its zero point moved.</summary>
    public static Model Range(this Model model, string value, float factor, int zero = 0)
    {
        Node node = model.Nodes.Single(n => n.Operator is QuantizeLinear && n.Inputs[0] == value);
        var editor = new ModelEditor(model);
        editor.SetConstant(node.Inputs[1], Tensor.Scalar(model.Constants[node.Inputs[1]].Floats[0] * factor));
        editor.SetConstant(node.Inputs[2], Tensor.Scalar((byte)Math.Clamp(model.Constants[node.Inputs[2]].As<byte>()[0] + zero, 0, 255)));
        return editor.Build();
    }
}
