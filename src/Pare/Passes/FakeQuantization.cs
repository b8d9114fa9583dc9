using Pare.Encodings;
using Pare.Operators;

namespace Pare.Passes;

/// <summary>Between the two forms of a quantized activation: Clip, QuantizeLinear and DequantizeLinear, as files have it, and <see cref="FakeQuantize"/>, which trains.</summary>
public static class FakeQuantization
{
    /// <summary>A limit of a Clip may differ from a level by so much of a step: it was computed in floats.</summary>
    private const double MostDifference = 1e-3;

    /// <summary>Joins each pair of one known scale, and a Clip to levels before it, to one operator. Scales stay what they are, constants for the most part.</summary>
    public static Model Join(Model model)
    {
        var readers = new Readers(model);
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node back in model.Nodes)
        {
            if (back.Operator is not DequantizeLinear { Block: 0 } || model.Producer(back.Inputs[0]) is not { Operator: QuantizeLinear { Block: 0 } } quantize) continue;
            float step = Number(model, quantize.Inputs[1]) ?? 0;
            if (!(step > 0) || !SameValue(model, quantize.Inputs[1], back.Inputs[1])) continue;
            if (ZeroOf(model, quantize.Input(2)) is not { } zero || ZeroOf(model, back.Input(2)) != zero) continue;
            TensorType codes = model.Types[quantize.Outputs[0]];
            if (model.Types[quantize.Inputs[0]].DType != DType.F32) continue;
            (long low, long high) = Quantization.Range(codes.DType);
            string from = quantize.Inputs[0];
            if (readers.Only(from) is not null && model.Producer(from) is { Operator: Clip } clip && Levels(model, clip, step, zero, low, high) is { } levels)
                (low, high, from) = (levels.Low, levels.High, clip.Inputs[0]);
            if (zero < low || zero >= high) continue;
            editor.Replace(back, back with
            {
                Operator = new FakeQuantize { To = codes.DType, Low = (int)low, High = (int)high, Zero = (int)zero },
                Inputs = [from, quantize.Inputs[1]],
            });
            changed = true;
        }
        if (!changed) return model;
        editor.RemoveUnused();
        return editor.Build();
    }

    /// <summary>Takes each <see cref="FakeQuantize"/> apart; its scale becomes a constant. The model computes the same numbers, and can be written to files.</summary>
    /// <exception cref="ModelException">A scale is computed.</exception>
    public static Model Part(Model model)
    {
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node node in model.Nodes)
        {
            if (node.Operator is not FakeQuantize fake) continue;
            if (Number(model, node.Inputs[1]) is not { } learned) throw new ModelException($"Node {node}: its scale '{node.Inputs[1]}' is computed; it must be a constant or a weight.");
            float step = Steps.Of(learned);
            string Constant(string name, Tensor value) => editor.SetConstant(editor.FreshValue($"{node.Name}_{name}"), value);
            string scale = Constant("scale", Tensor.Scalar(step)), zero = Constant("zero_point", Tensor.Scalar(fake.To, fake.Zero));
            string from = node.Inputs[0], codes = editor.FreshValue($"{node.Name}_quantized");
            var parts = new List<Node>();
            if (Quantization.Range(fake.To) != (fake.Low, fake.High))
            {
                string clipped = editor.FreshValue($"{node.Name}_clipped");
                string least = Constant("least", Tensor.Scalar(fake.LeastLevel * step)), most = Constant("most", Tensor.Scalar(fake.MostLevel * step));
                parts.Add(new Node(editor.FreshNode($"{node.Name}_Clip"), new Clip(), [from, least, most], [clipped]));
                from = clipped;
            }
            parts.Add(new Node(editor.FreshNode($"{node.Name}_QuantizeLinear"), new QuantizeLinear(), [from, scale, zero], [codes]));
            parts.Add(new Node(editor.FreshNode($"{node.Name}_DequantizeLinear"), new DequantizeLinear(), [codes, scale, zero], node.Outputs));
            editor.Replace(node, [.. parts]);
            changed = true;
        }
        if (!changed) return model;
        editor.RemoveUnused();
        return editor.Build();
    }

    private static (long Low, long High)? Levels(Model model, Node clip, float step, long zero, long low, long high)
    {
        long? Level(int input, long otherwise)
        {
            if (clip.Input(input).Length == 0) return otherwise;
            if (Number(model, clip.Inputs[input]) is not { } limit) return null;
            double level = limit / (double)step;
            if (input == 1 ? level + zero <= low : level + zero >= high) return otherwise; // the type cuts off earlier
            return Math.Abs(level - Math.Round(level)) <= MostDifference ? Math.Clamp((long)Math.Round(level) + zero, low, high) : null;
        }
        return Level(1, low) is { } least && Level(2, high) is { } most ? (least, most) : null;
    }

    private static float? Number(Model model, string name) => model.Floats(name) is { Values: [var value] } ? value : null;

    private static bool SameValue(Model model, string a, string b) => a == b || Number(model, a) == Number(model, b);

    // Without a zero point it is 0; null where it is not known.
    private static long? ZeroOf(Model model, string name) =>
        name.Length == 0 ? 0 : model.Constants.TryGetValue(name, out Tensor? zero) && zero.Length == 1 ? zero.ToInt64s()[0] : null;
}
