using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>
/// Whatever lies between a DequantizeLinear and a QuantizeLinear and computes each element from one element of 8 bits and known numbers is a
/// table of 256 integers. Its entries come from the operators' own definitions.
/// </summary>
internal sealed partial class IntegerRewrite
{
    private const int MostTabulated = 64;

    private bool Tabulate(Node quantizer, Affine to)
    {
        var cone = new HashSet<string>(StringComparer.Ordinal);
        Source? source = null;
        if (!Reach(quantizer.Inputs[0], cone, ref source) || source is not { } from) return false;
        Shape shape = _model.Types[from.Value].Shape;
        if (!cone.All(v => _model.Types[v].Shape.Equals(shape))) return false;
        int[] table = Entries(quantizer, cone, from.Of);
        _editor.Remove(quantizer);
        (long least, _) = Quantization.Range(to.Type);
        bool changesNothing = from.Of.Type == to.Type && table.Select((y, i) => y == i + least).All(same => same);
        if (!changesNothing || _readers.IsOutput(quantizer.Outputs[0]))
        {
            _editor.Add(quantizer with { Operator = changesNothing ? new Identity() : new IntegerTable(to.Type, [.. table]), Inputs = [from.Value] });
            return true;
        }
        _editor.ReplaceUses(quantizer.Outputs[0], from.Value);
        _same[quantizer.Outputs[0]] = from.Value;
        return true;
    }

    // Gathers the values that a value depends on, back to what is dequantized; false where that is not one source, or more than arithmetic.
    private bool Reach(string value, HashSet<string> cone, ref Source? source)
    {
        if (!IsComputed(value)) return _model.Floats(value) is { Values.Length: 1 };
        if (SourceOf(value) is { } found)
        {
            cone.Add(value);
            if (source is { } other && other != found) return false;
            source = found;
            return true;
        }
        if (cone.Count >= MostTabulated || !_makers.TryGetValue(value, out Node? maker) || maker.Outputs.Length != 1) return false;
        if (maker.Operator is not (Unary or Clip or Identity or Variadic or Binary { Function.Decides: false })) return false;
        if (!cone.Add(value)) return true;
        foreach (string input in maker.Inputs)
            if (input.Length > 0 && !Reach(input, cone, ref source)) return false;
        return true;
    }

    private int[] Entries(Node quantizer, HashSet<string> cone, Affine from)
    {
        const int Count = 256;
        var codes = new Tensor(from.Type, Shape.Of(Count));
        (long least, _) = Quantization.Range(from.Type);
        for (int i = 0; i < Count; i++) new Wholes(codes)[i] = least + i;
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        // The nodes stand in the order of what they need.
        foreach (Node node in _model.Nodes.Where(n => cone.Contains(n.Outputs[0])))
        {
            values[node.Outputs[0]] = new Tensor(DType.F32, Shape.Of(Count));
            node.Operator.Evaluate([.. node.Inputs.Select((n, i) => node.Operator is DequantizeLinear && i == 0 ? codes : Given(n))], [values[node.Outputs[0]]]);
        }
        var table = new Tensor(_model.Types[quantizer.Outputs[0]].DType, Shape.Of(Count));
        quantizer.Operator.Evaluate([.. quantizer.Inputs.Select(Given)], [table]);
        return [.. table.ToInt64s().Select(y => (int)y)];

        Tensor? Given(string name) => name.Length == 0 ? null
            : values.TryGetValue(name, out Tensor? value) ? value
            : _model.Constants.TryGetValue(name, out Tensor? constant) ? constant.Reshape(Shape.Scalar)
            : Tensor.Scalar(_model.Weights[name].ToArray()[0]);
    }
}
