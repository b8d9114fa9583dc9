using Pare.Compression.Quantization;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Weights in integers; what goes into a layer is quantized to 8 bits when it runs, by the range that it has then. Needs no data.</summary>
/// <remarks>The range is that of the whole batch, so results depend a little on what else is in it.</remarks>
public sealed class QuantizeDynamic : CompressionMethod<QuantizeDynamicSettings>
{
    private const int Opset = 13; // DynamicQuantizeLinear has 11, scales for channels 13

    /// <inheritdoc/>
    public override string Name => "quantize.dynamic";

    /// <inheritdoc/>
    public override string Summary => "weights in integers; activations are quantized to 8 bits when it runs, by their range then";

    /// <inheritdoc/>
    public override bool ChangesGraph => true;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, QuantizeDynamicSettings settings, CompressionContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        LayerWeights.RefuseQuantized(model, Name);
        LayerWeights.Require(where, Name);
        Model simple = Simplify.ForInference(model);
        var exclusion = new Exclusion(simple, settings.Exclude);
        Dictionary<string, QuantizeDynamicSettings> chosen = LayerWeights.Chosen(model, simple, where, settings, exclusion.Leaves);
        Layer[] layers = [.. LayerSelector.All(simple).Where(l => chosen.ContainsKey(l.Weight))];
        return Insert(LayerWeights.Round(simple, layers, l => chosen[l.Weight].WeightFormat, Name, context, cancel), chosen);
    }

    private static Model Insert(Model model, Dictionary<string, QuantizeDynamicSettings> chosen)
    {
        var editor = new ModelEditor(model) { Metadata = model.Metadata with { Opset = Math.Max(model.Metadata.Opset, Opset) } };
        var quantized = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Node node in model.Nodes)
        {
            if (LayerWeights.WeightOf(model, node) is not { } weight || !chosen.ContainsKey(weight)) continue;
            string value = node.Operator is MatMul && node.Inputs[0] == weight ? node.Inputs[1] : node.Inputs[0];
            if (!model.Types.TryGetValue(value, out TensorType? type) || type.DType != DType.F32) continue;
            if (!quantized.TryGetValue(value, out string? result)) quantized[value] = result = Pair(editor, value);
            editor.Replace(node, node with { Inputs = node.Inputs.Replace(value, result) });
        }
        return editor.Build();
    }

    private static string Pair(ModelEditor editor, string value)
    {
        string[] made = [editor.FreshValue($"{value}_quantized"), editor.FreshValue($"{value}_scale"), editor.FreshValue($"{value}_zero_point")];
        editor.Add(new Node(editor.FreshNode($"{value}_DynamicQuantizeLinear"), new DynamicQuantizeLinear(), [value], [.. made]));
        string result = editor.FreshValue($"{value}_dequantized");
        editor.Add(new Node(editor.FreshNode($"{value}_DequantizeLinear"), new DequantizeLinear(), [.. made], [result]));
        return result;
    }
}
