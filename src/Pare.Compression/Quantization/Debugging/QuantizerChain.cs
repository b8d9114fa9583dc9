using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>What quantizes a value between its maker and a reader: a clip of narrow codes, QuantizeLinear, DequantizeLinear.</summary>
/// <param name="Nodes">From the floats on, at least two.</param>
/// <param name="End">The value that the reader reads, in the quantized network.</param>
internal sealed record QuantizerChain(ImmutableArray<Node> Nodes, string End)
{
    /// <summary>The last QuantizeLinear with one scale that is known, as a quantizer; null where it is another.</summary>
    public ActivationQuantizer? Quantizer(Model model)
    {
        Node? node = Nodes.LastOrDefault(n => n.Operator is QuantizeLinear);
        if (node is null || Floats(model, node.Inputs[1]) is not [var scale]) return null;
        DType type = model.Types[node.Outputs[0]].DType;
        long[] zeros = node.Input(2).Length > 0 && model.Constants.TryGetValue(node.Input(2), out Tensor? zero) ? zero.ToInt64s() : [0];
        (long least, long most) = type switch
        {
            DType.U8 => (0L, 255L),
            DType.I8 => (-128, 127),
            DType.U16 => (0, 65_535),
            _ => (-32_768, 32_767),
        };
        foreach (Node clip in Nodes.Where(n => n.Operator is Clip))
        {
            if (Floats(model, clip.Input(1)) is [var low]) least = Math.Max(least, (long)Math.Round(low / (double)scale) + zeros[0]);
            if (Floats(model, clip.Input(2)) is [var high]) most = Math.Min(most, (long)Math.Round(high / (double)scale) + zeros[0]);
        }
        return zeros.Length == 1 && most > least ? new ActivationQuantizer(scale, (int)zeros[0], type, (int)least, (int)most) : null;
    }

    private static float[]? Floats(Model model, string value) =>
        model.Constants.TryGetValue(value, out Tensor? constant) && constant.DType == DType.F32 ? constant.Floats.ToArray()
        : model.Weights.TryGetValue(value, out WeightEncoding? weight) ? weight.ToArray() : null;
}
