using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Quantization;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>Quantizes, after training, what stands between the layers: what additions, pools and functions read and make.</summary>
internal static class OtherActivations
{
    /// <summary>Puts pairs of nodes where none of the trained ones stands.</summary>
    /// <param name="trained">The trained network, batch norms folded, with a <see cref="FakeQuantize"/> before each layer.</param>
    /// <param name="isLeft">Whether a layer stays as it is.</param>
    /// <param name="bits">Width of the values.</param>
    /// <param name="samples">The samples by which their scales are chosen.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancel">Stops it.</param>
    /// <remarks>
    /// What moves numbers to layers alone has the scale and the width of those layers' inputs, so that nothing is rounded twice; all else has
    /// the scale of least squared error.
    /// </remarks>
    public static Model Insert(Model trained, Func<Node, bool> isLeft, int bits, DataSet samples, int threads, CancellationToken cancel)
    {
        QuantizationPlan plan = QuantizationPlan.Of(Bypassed(trained), isLeft);
        Dictionary<string, Node> nodes = trained.Nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        // For each layer the pair that it reads through.
        Dictionary<string, Node> pairs = trained.Nodes.Where(n => n.Operator is not FakeQuantize && n.Inputs.Length > 0)
            .Select(n => (n.Name, Pair: trained.Producer(n.Inputs[0]))).Where(p => p.Pair is { Operator: FakeQuantize })
            .ToDictionary(p => p.Name, p => p.Pair!, StringComparer.Ordinal);
        ILookup<string, QuantizedValue> values = plan.Groups.SelectMany(g => g.Values).ToLookup(v => v.Name, StringComparer.Ordinal);
        // The pair of the layers that a value goes to, through nodes that only move numbers; null where anything else reads it.
        Node? Through(string value, string reader)
        {
            if (pairs.TryGetValue(reader, out Node? pair)) return pair;
            if (NodeRoles.Of(trained, nodes[reader]) != NodeRole.Moves) return null;
            Node?[] behind = [.. nodes[reader].Outputs.SelectMany(o => values[o].SelectMany(v => v.IsOutput ? [null] : v.Readers.Select(r => Through(o, r))))];
            return behind.Length > 0 && behind.Distinct().Count() == 1 ? behind[0] : null;
        }
        var groups = new List<QuantizedGroup>();
        var known = new List<ActivationQuantizer?>();
        foreach (QuantizedGroup group in plan.Groups)
            foreach (var part in group.Values
                .SelectMany(v => v.Readers.Where(r => !pairs.ContainsKey(r)).Select(r => (Value: v, Reader: (string?)r, Pair: Through(v.Name, r)))
                    .Concat(v.IsOutput ? [(v, null, null)] : []))
                .GroupBy(r => r.Pair))
            {
                QuantizedValue[] kept = [.. part.GroupBy(r => r.Value).Select(r => new QuantizedValue(
                    r.Key.Name, [.. r.Select(x => x.Reader).OfType<string>()], r.Any(x => x.Reader is null)))];
                groups.Add(new QuantizedGroup([.. kept], [.. kept.Select(v => v.Name).Where(n => group.Sources.Contains(n)).DefaultIfEmpty(kept[0].Name)], group.NonNegative));
                known.Add(part.Key is null ? null : Of(trained, part.Key));
            }
        if (groups.Count == 0) return trained;
        return Calibrated(trained, plan, groups, known, new ActivationFormat(bits), ActivationWalk.For(trained, samples, threads), cancel);
    }

    private static Model Calibrated(
        Model trained, QuantizationPlan plan, List<QuantizedGroup> groups, List<ActivationQuantizer?> known, ActivationFormat format, ActivationWalk walk, CancellationToken cancel)
    {
        int[] open = [.. Enumerable.Range(0, groups.Count).Where(i => known[i] is null)];
        var collector = new RangeCollector(
            plan.With([.. open.Select(i => groups[i])]), [.. open.Select(_ => format)], f => Calibrators.Create(CalibrationMethod.Mse, f));
        collector.Collect(trained, walk, null, cancel);
        ActivationQuantizer[] found = collector.Quantizers();
        var quantizers = new ActivationQuantizer[groups.Count];
        for (int i = 0; i < groups.Count; i++) quantizers[i] = known[i] ?? found[Array.IndexOf(open, i)];
        return plan.With([.. groups]).Insert(trained, quantizers);
    }

    private static ActivationQuantizer Of(Model model, Node pair)
    {
        var fake = (FakeQuantize)pair.Operator;
        return new ActivationQuantizer(MathF.Abs(model.Weights[pair.Inputs[1]].ToArray()[0]), fake.Zero, fake.To, fake.Low, fake.High);
    }

    // The network without the pairs that it has: plans are made of floats.
    private static Model Bypassed(Model model)
    {
        var editor = new ModelEditor(model);
        foreach (Node node in model.Nodes.Where(n => n.Operator is FakeQuantize))
        {
            Node now = editor.Nodes.First(n => n.Name == node.Name);
            editor.Remove(now);
            editor.ReplaceUses(now.Outputs[0], now.Inputs[0]);
        }
        return editor.Build();
    }
}
