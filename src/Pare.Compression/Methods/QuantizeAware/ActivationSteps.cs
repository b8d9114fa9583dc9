using Pare.Compression.Evaluation;
using Pare.Compression.Quantization;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>Puts fake quantization before layers.</summary>
internal static class ActivationSteps
{
    /// <summary>
    /// Lets each layer read its input through a <see cref="FakeQuantize"/> whose step is a weight, shape [1]; layers that read a value at the
    /// same width share it. Where a layer reads one already, its scale becomes a weight and its levels stay.
    /// </summary>
    public static Model Insert(Model model, IReadOnlyList<LayerInput> layers, QuantizeAwareSettings settings, CompressionContext context, CancellationToken cancel)
    {
        (string Value, int Bits)[] wanted = [.. layers.Select(l => (Value: l.Node.Inputs[0], l.Bits)).Distinct()];
        (string Value, int Bits)[] open = [.. wanted.Where(w => model.Producer(w.Value)?.Operator is not FakeQuantize)];
        Dictionary<(string, int), ActivationQuantizer> first = First(model, open, settings, context, cancel);
        var editor = new ModelEditor(model);
        var made = new Dictionary<(string Value, int Bits), string>();
        foreach ((string value, int bits) in wanted)
            made[(value, bits)] = first.TryGetValue((value, bits), out ActivationQuantizer quantizer)
                ? Add(editor, value, bits, quantizer, settings)
                : Learn(editor, model.Producer(value)!, settings);
        foreach (LayerInput layer in layers)
        {
            Node now = editor.Nodes.First(n => n.Name == layer.Node.Name);
            editor.Replace(now, now with { Inputs = now.Inputs.SetItem(0, made[(layer.Node.Inputs[0], layer.Bits)]) });
        }
        editor.RemoveUnused();
        return editor.Build();
    }

    private static string Add(ModelEditor editor, string value, int bits, ActivationQuantizer q, QuantizeAwareSettings settings)
    {
        string scale = editor.SetWeight(editor.FreshValue($"{value}_scale"), new Dense(Shape.Of(1), new float[] { q.Scale }));
        var op = new FakeQuantize { To = q.Type, Low = q.Least, High = q.Most, Zero = Math.Min(q.Zero, q.Most - 1), Rule = settings.ActivationRule };
        return editor.Add(op, $"{value}_{bits}bits", value, scale);
    }

    private static string Learn(ModelEditor editor, Node pair, QuantizeAwareSettings settings)
    {
        Node now = editor.Nodes.First(n => n.Name == pair.Name);
        if (editor.Constants.TryGetValue(now.Inputs[1], out Tensor? scale))
        {
            string learned = editor.SetWeight(editor.FreshValue($"{now.Inputs[0]}_scale"), new Dense(Shape.Of(1), new float[] { scale.Floats[0] }));
            editor.Replace(now, now with { Operator = (FakeQuantize)now.Operator with { Rule = settings.ActivationRule }, Inputs = [now.Inputs[0], learned] });
        }
        return pair.Outputs[0];
    }

    private static Dictionary<(string, int), ActivationQuantizer> First(
        Model model, (string Value, int Bits)[] open, QuantizeAwareSettings settings, CompressionContext context, CancellationToken cancel)
    {
        var found = new Dictionary<(string, int), ActivationQuantizer>();
        if (open.Length == 0) return found;
        ICalibrator[] calibrators = [.. open.Select(w => Calibrators.Create(CalibrationMethod.Mse, new ActivationFormat(w.Bits)))];
        var magnitudes = new double[open.Length];
        var counts = new long[open.Length];
        ActivationWalk.For(model, context.CalibrationSamples(settings.Samples), context.Threads).Run(model, open.Select(w => w.Value), probe =>
        {
            for (int i = 0; i < open.Length; i++)
            {
                ReadOnlySpan<float> values = probe[open[i].Value].Floats;
                calibrators[i].Add(values, probe.Samples);
                foreach (float value in values) magnitudes[i] += Math.Abs(value);
                counts[i] += values.Length;
            }
        }, cancel);
        for (int i = 0; i < open.Length; i++)
        {
            ActivationQuantizer q = ActivationQuantizer.Of(calibrators[i].Range(), new ActivationFormat(open[i].Bits));
            if (settings.Start == StepStart.Mean && magnitudes[i] > 0)
                q = q with { Scale = (float)(2 * magnitudes[i] / counts[i] / Math.Sqrt(q.Most - q.Zero)) };
            found[open[i]] = q;
        }
        return found;
    }
}
