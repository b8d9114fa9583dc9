using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Lowering;

/// <summary>
/// Operators that only move numbers, or choose the largest, give the same on quantized numbers: quantizing keeps order. So dequantizing sinks
/// below them and quantizing rises above them, until both meet what computes.
/// </summary>
internal sealed partial class IntegerRewrite
{
    // How many inputs hold numbers that are moved; 0 for an operator that does not only move them.
    private int Moved(Node node) => node.Operator switch
    {
        Reshape or Flatten or Transpose or Squeeze or Unsqueeze or Identity or Slice or Split or Pad or DepthToSpace or SpaceToDepth or Gather or Expand or Tile => 1,
        MaxPool when node.Outputs.Skip(1).All(o => o.Length == 0) => 1,
        Concat => node.Inputs.Length,
        _ => 0,
    };

    private Model MovesOfDequantized()
    {
        var sources = new Dictionary<string, (Source Source, Node Maker)>(StringComparer.Ordinal);
        foreach (Node node in _model.Nodes)
        {
            if (node.Operator is DequantizeLinear && SourceOf(node.Outputs[0]) is { } found) sources[node.Outputs[0]] = (found, node);
            int count = Moved(node);
            if (count == 0 || !sources.TryGetValue(node.Inputs[0], out (Source Source, Node Maker) first)) continue;
            if (!node.Inputs.Take(count).All(n => sources.TryGetValue(n, out (Source Source, Node Maker) other) && other.Source.Of == first.Source.Of)) continue;
            if (Inputs(node, first.Source.Of, [.. node.Inputs.Take(count).Select(n => sources[n].Source.Value)], exact: true) is not { } inputs) continue;
            _editor.Remove(node);
            ImmutableArray<string> outputs = [.. node.Outputs.Select(o => o.Length == 0 ? o : _editor.FreshValue($"{o}@integers"))];
            _editor.Add(node with { Inputs = inputs, Outputs = outputs });
            foreach ((string to, string from) in node.Outputs.Zip(outputs))
            {
                if (to.Length == 0) continue;
                Node back = first.Maker with { Name = _editor.FreshNode($"{to}@dequantize"), Inputs = first.Maker.Inputs.SetItem(0, from), Outputs = [to] };
                _editor.Add(back);
                sources[to] = (new Source(from, first.Source.Of), back);
            }
        }
        _editor.RemoveUnused();
        return _editor.Build();
    }

    private Model MovesToQuantized()
    {
        // Values that nothing but a QuantizeLinear reads, with that node.
        var wanted = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (Node node in _model.Nodes.Reverse())
        {
            if (node.Operator is QuantizeLinear && ScaleOf(node) is { Is8Bits: true })
            {
                if (_readers.Only(node.Inputs[0]) is not null) wanted[node.Inputs[0]] = node;
                continue;
            }
            int count = Moved(node);
            if (count == 0 || node.Outputs.Length != 1 || !wanted.TryGetValue(node.Outputs[0], out Node? quantizer)) continue;
            if (!node.Inputs.Take(count).All(IsComputed)) continue;
            string[] floats = [.. node.Inputs.Take(count).Distinct(StringComparer.Ordinal)];
            Dictionary<string, string> raised = floats.ToDictionary(f => f, f => _editor.FreshValue($"{f}@integers"), StringComparer.Ordinal);
            if (Inputs(node, KnownOf(quantizer), [.. node.Inputs.Take(count).Select(n => raised[n])], exact: false) is not { } inputs) continue;
            _editor.Remove(quantizer);
            _editor.Remove(node);
            _editor.Add(node with { Inputs = inputs, Outputs = quantizer.Outputs });
            foreach (string value in floats)
            {
                Node above = quantizer with { Name = _editor.FreshNode($"{value}@quantize"), Inputs = quantizer.Inputs.SetItem(0, value), Outputs = [raised[value]] };
                _editor.Add(above);
                if (_readers.Only(value) is not null) wanted[value] = above;
            }
        }
        _editor.RemoveUnused();
        return _editor.Build();
    }

    private Affine KnownOf(Node quantizer) => Known(quantizer, quantizer.Inputs[1], quantizer.Input(2), _model.Constants.GetValueOrDefault(quantizer.Input(2))?.DType ?? ((QuantizeLinear)quantizer.Operator).To ?? DType.U8)!.Value;

    // The inputs of a move of integers. What padding adds is an integer too: behind a DequantizeLinear it must stand for exactly the same number.
    private ImmutableArray<string>? Inputs(Node node, Affine of, string[] moved, bool exact)
    {
        ImmutableArray<string> inputs = [.. moved, .. node.Inputs.Skip(moved.Length)];
        if (node.Operator is not Pad { Mode: PadMode.Constant }) return inputs;
        float value = 0;
        if (node.Input(2).Length > 0)
        {
            if (!_model.Constants.TryGetValue(node.Input(2), out Tensor? known) || known.DType != DType.F32) return null;
            value = known.Floats[0];
        }
        int code = of.Quantize(value);
        if (exact && of.Dequantize(code) != value) return null;
        return [inputs[0], inputs[1], Constant($"{node.Name}_value", Tensor.Scalar(of.Type, code)), .. inputs.Skip(3)];
    }
}
