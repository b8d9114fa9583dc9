using Pare.Operators;
using Pare.Passes;

namespace Pare.Formats.Onnx;

/// <summary>Finds layers with quantized inputs: DequantizeLinear, then Conv, Gemm or MatMul, rectifiers, and QuantizeLinear.</summary>
internal sealed class QuantizedLayers(Model model)
{
    private readonly Dictionary<string, Node> _makers = Makers.Of(model);
    private readonly ILookup<string, Node> _readers = model.Nodes.SelectMany(n => n.Inputs.Where(i => i.Length > 0).Select(i => (i, n))).ToLookup(p => p.i, p => p.n, StringComparer.Ordinal);
    private readonly HashSet<string> _outputs = new(model.Outputs, StringComparer.Ordinal);

    /// <summary>How often nodes and outputs read a value.</summary>
    public int Readers(string value) => _readers[value].Count() + (_outputs.Contains(value) ? 1 : 0);

    /// <summary>The layer that a node computes; null where its input is not quantized as a whole.</summary>
    public QuantizedLayer? Of(Node node)
    {
        if (!IsLayer(node.Operator) || Source(node.Inputs[0]) is not { } source) return null;
        var between = new List<Node>();
        string value = node.Outputs[0];
        Node? output = null;
        while (output is null)
        {
            // Where it goes on several ways, all must quantize it: the first then stands for them.
            Node[] next = [.. _readers[value]];
            if (next.Length == 0 || _outputs.Contains(value)) break;
            if (Array.TrueForAll(next, n => IsWhole(n, typeof(QuantizeLinear)) && n.Inputs[0] == value)) output = next[0];
            else if (next is [var only] && IsRectifier(only) && only.Inputs[0] == value)
            {
                between.Add(only);
                value = only.Outputs[0];
            }
            else break;
        }
        Node? direct = source.Outputs[0] == node.Inputs[0] ? source : null;
        return new QuantizedLayer(node, direct, model.Constants[source.Inputs[1]].Floats[0], node.Operator is MatMul ? "" : node.Input(2), between, output, output is null ? 0 : _readers[value].Count());
    }

    // Operators that only pick or move numbers pass quantized numbers on.
    private Node? Source(string value)
    {
        while (_makers.TryGetValue(value, out Node? maker))
        {
            if (IsWhole(maker, typeof(DequantizeLinear))) return maker;
            if (!(maker.Operator is MaxPool or Transpose || maker.Operator.IsView) || maker.Outputs[0] != value) return null;
            value = maker.Inputs[0];
        }
        return null;
    }

    /// <summary>True where scale and zero point are one each and known.</summary>
    private bool IsWhole(Node node, Type type) => node.Operator.GetType() == type
        && model.Constants.TryGetValue(node.Inputs[1], out Tensor? scale) && scale is { DType: DType.F32, Length: 1 }
        && (node.Input(2).Length == 0 || model.Constants.GetValueOrDefault(node.Inputs[2]) is { Length: 1 });

    private static bool IsLayer(Operator op) => op is Conv or MatMul or Gemm { Alpha: 1, Beta: 1, TransA: false };

    private static bool IsRectifier(Node node) => node.Operator is Clip || (node.Operator is Unary { Function: var f } && f == UnaryFunctions.Relu);
}

/// <summary>A layer with a quantized input.</summary>
/// <param name="Node">What computes it.</param>
/// <param name="Input">The DequantizeLinear in front; null where a pooling or the like stands between.</param>
/// <param name="InputScale">Scale of the input.</param>
/// <param name="Bias">The bias, or "".</param>
/// <param name="Between">Rectifiers behind it.</param>
/// <param name="Output">The first QuantizeLinear behind those; null where the output is not quantized.</param>
/// <param name="Outputs">How many there are.</param>
internal sealed record QuantizedLayer(Node Node, Node? Input, float InputScale, string Bias, IReadOnlyList<Node> Between, Node? Output, int Outputs);
