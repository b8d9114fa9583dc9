using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Methods;

/// <summary>Puts fake quantization before layers.</summary>
internal static class ActivationSteps
{
    private const int BatchSize = 64, MostNumbers = 1 << 16;

    /// <summary>
    /// Lets each layer read its input through a <see cref="FakeQuantize"/> whose step is a weight, shape [1]; layers that read a value at the
    /// same width share it. Where the layer reads one already, its scale becomes a weight and its levels stay.
    /// </summary>
    public static Model Insert(Model model, IReadOnlyList<LayerInput> layers, QuantizeAwareSettings settings, CompressionContext context, CancellationToken cancel)
    {
        var editor = new ModelEditor(model);
        var made = new Dictionary<(string Value, int Bits), string>();
        (string Value, int Bits)[] wanted = [.. layers.Select(l => (Value: l.Node.Inputs[0], l.Bits)).Distinct()];
        string[] open = [.. wanted.Select(w => w.Value).Where(v => model.Producer(v)?.Operator is not FakeQuantize).Distinct(StringComparer.Ordinal)];
        Dictionary<string, float[]> seen = Watch(model, open, settings.Samples, context, cancel);
        foreach ((string value, int bits) in wanted)
            made[(value, bits)] = model.Producer(value) is { Operator: FakeQuantize } pair
                ? Learn(model, editor, pair, settings)
                : Add(editor, value, bits, seen[value], settings);
        foreach (LayerInput layer in layers)
        {
            Node now = editor.Nodes.First(n => n.Name == layer.Node.Name);
            editor.Replace(now, now with { Inputs = now.Inputs.SetItem(0, made[(layer.Node.Inputs[0], layer.Bits)]) });
        }
        return editor.Build();
    }

    private static string Add(ModelEditor editor, string value, int bits, float[] seen, QuantizeAwareSettings settings)
    {
        (FakeQuantize op, float step) = First(seen, bits, settings.Start);
        string scale = editor.SetWeight(editor.FreshValue($"{value}_scale"), new Dense(Shape.Of(1), new float[] { step }));
        return editor.Add(op with { Rule = settings.ActivationRule }, $"{value}_{bits}bits", value, scale);
    }

    private static string Learn(Model model, ModelEditor editor, Node pair, QuantizeAwareSettings settings)
    {
        Node now = editor.Nodes.First(n => n.Name == pair.Name);
        if (model.Constants.TryGetValue(pair.Inputs[1], out Tensor? scale) && now.Inputs[1] == pair.Inputs[1])
        {
            string learned = editor.SetWeight(editor.FreshValue($"{pair.Inputs[0]}_scale"), new Dense(Shape.Of(1), new[] { scale.Floats[0] }));
            editor.Replace(now, now with { Operator = (FakeQuantize)pair.Operator with { Rule = settings.ActivationRule }, Inputs = [pair.Inputs[0], learned] });
        }
        return pair.Outputs[0];
    }

    // Never negative: unsigned codes. Otherwise 8 bits with a zero point, from the least number to the greatest; fewer are signed.
    private static (FakeQuantize Op, float Step) First(float[] seen, int bits, StepStart start)
    {
        float least = MathF.Min(0, seen.Length == 0 ? 0 : seen.Min()), most = MathF.Max(0, seen.Length == 0 ? 0 : seen.Max());
        int levels = (1 << bits) - 1;
        if (least == 0) return (new FakeQuantize { High = levels }, FirstStep.Of(seen, 0, levels, start));
        if (bits == 8 && most > 0)
        {
            float step = (most - least) / levels;
            return (new FakeQuantize { Zero = (int)Math.Clamp(MathF.Round(-least / step), 0, levels - 1) }, step);
        }
        int high = levels / 2;
        return (new FakeQuantize { To = DType.I8, Low = -high - 1, High = high }, FirstStep.Of(seen, -high - 1, high, start));
    }

    // Numbers of each value, at even distances.
    private static Dictionary<string, float[]> Watch(Model model, string[] values, int samples, CompressionContext context, CancellationToken cancel)
    {
        var seen = values.ToDictionary(v => v, _ => new List<float>(), StringComparer.Ordinal);
        string input = model.Inputs[0].Name;
        DataSet data = context.Training!;
        Preprocessing preprocessing = EvaluationOptions.PreprocessingFor(model, data, null);
        ClassifierPorts ports = ClassifierPorts.Of(model, data, preprocessing, labelled: false);
        int batch = ports.Batch is null ? ports.FixedBatch : Math.Min(BatchSize, Math.Min(samples, data.Count));
        samples = Math.Min(samples, data.Count);
        var editor = new ModelEditor(model);
        editor.SetOutputs([.. values.Where(v => v != input), .. values.All(v => v == input) ? model.Outputs.Take(1) : []]);
        editor.RemoveUnused();
        var session = new Session(ExecutionPlan.Build(editor.Build(), new PlanOptions { Threads = context.Threads }, ports.For(batch)));
        using var loader = new BatchLoader(data, preprocessing, new BatchOptions { BatchSize = batch, Shuffle = true, DropLast = data.Count >= batch, Seed = context.Seed }, cancel);
        int runs = (samples + batch - 1) / batch;
        for (int run = 0; run < runs && loader.TryNext(out Batch? next); run++)
        {
            next.Inputs.Span.CopyTo(session.Input(input).Floats);
            session.Run();
            foreach ((string value, List<float> numbers) in seen) Take(value == input ? session.Input(input).Floats : session.Output(value).Floats, MostNumbers / runs, numbers);
        }
        return seen.ToDictionary(s => s.Key, s => s.Value.ToArray(), StringComparer.Ordinal);
    }

    // The extremes count too: a range must hold them.
    private static void Take(ReadOnlySpan<float> from, int most, List<float> to)
    {
        int stride = Math.Max(1, from.Length / Math.Max(1, most));
        float least = float.PositiveInfinity, greatest = float.NegativeInfinity;
        for (int i = 0; i < from.Length; i++)
        {
            (least, greatest) = (MathF.Min(least, from[i]), MathF.Max(greatest, from[i]));
            if (i % stride == 0) to.Add(from[i]);
        }
        to.Add(least);
        to.Add(greatest);
    }
}
