using Pare.Compression.Quantization.Rounding;
using Pare.Operators;

namespace Pare.Compression.Quantization.Equalization;

/// <summary>Moves what a channel is almost always above 0 into the biases of the layers that read it, so that its range gets smaller.</summary>
/// <remarks>
/// Nagel et al., ICCV 2019, section 4.1.3: relu(W x + b) = relu(W x + b - c) + c where W x + b is never below c = max(0, mean - 3 deviations).
/// It is not exact for the numbers that are below, nor where the reader pads (the padding is 0, not c): padded readers are left alone.
/// </remarks>
internal static class BiasAbsorber
{
    private const double Deviations = 3;

    /// <summary>Moves biases.</summary>
    /// <param name="model">The equalized model.</param>
    /// <param name="sets">Its sets.</param>
    /// <param name="moments">Mean and deviation of each channel of a value; null where they are not known.</param>
    /// <returns>The model, and how many channels were changed.</returns>
    public static (Model Model, int Channels) Apply(Model model, IReadOnlyList<ChannelSet> sets, Func<string, (double[] Mean, double[] Deviation)?> moments)
    {
        int changed = 0;
        foreach (ChannelSet set in sets)
        {
            if (set.Rectifier is null || set.Readers.Any(Pads) || set.Makers[0].Layer is not { } layer || moments(set.Makers[0].Output) is not { } known) continue;
            double[] shift = [.. known.Mean.Zip(known.Deviation, (m, d) => Math.Max(0, m - Deviations * d))];
            if (shift.All(s => s == 0)) continue;
            changed += shift.Count(s => s > 0);
            float[] down = [.. shift.Select(s => (float)-s)];
            Node maker = Named(model, layer);
            model = set.Makers[0].Norm is { } norm ? Shifted(model, norm.Inputs[2], down) : BiasEdit.Add(model, maker, down);
            foreach (Node reader in set.Readers) model = Absorb(model, Named(model, reader), shift);
        }
        return (model, changed);
    }

    /// <summary>The values whose moments are wanted.</summary>
    public static IEnumerable<Maker> Wanted(IReadOnlyList<ChannelSet> sets) => sets.Where(s => s.Rectifier is not null && !s.Readers.Any(Pads)).Select(s => s.Makers[0]);

    // What the reader made of the shift is added behind it: to its bias, or taken from the mean of its batch normalization.
    private static Model Absorb(Model model, Node reader, double[] shift)
    {
        WeightEncoding weight = model.Weights[reader.Inputs[1]];
        Func<int, int> input = ScaledWeight.InputOf(reader, weight.Shape), output = ScaledWeight.OutputOf(reader, weight.Shape);
        float[] values = weight.ToArray();
        var sums = new double[weight.Shape.Fixed[reader.Operator.WeightAxis(1)!.Value]];
        for (int i = 0; i < values.Length; i++) sums[output(i)] += values[i] * shift[input(i)];
        Node[] next = [.. model.Nodes.Where(n => n.Inputs.Contains(reader.Outputs[0])).Take(2)];
        if (next is [{ Operator: BatchNormalization } norm] && !model.Outputs.Contains(reader.Outputs[0]) && model.Weights.ContainsKey(norm.Inputs[3])
            && model.Nodes.Count(n => n.Inputs.Contains(norm.Inputs[3])) == 1)
            return Shifted(model, norm.Inputs[3], [.. sums.Select(s => (float)-s)]);
        return BiasEdit.Add(model, reader, [.. sums.Select(s => (float)s)]);
    }

    private static Model Shifted(Model model, string vector, float[] change) =>
        model.WithWeights([KeyValuePair.Create(vector, (WeightEncoding)new Dense(model.Weights[vector].Shape, model.Weights[vector].ToArray().Zip(change, (a, b) => a + b).ToArray()))]);

    private static bool Pads(Node reader) => reader.Operator is Conv { Window: var window } && (window.AutoPad is not (AutoPad.Explicit or AutoPad.Valid) || window.Pads.Any(p => p != 0));

    private static Node Named(Model model, Node node) => model.Nodes.First(n => n.Name == node.Name);
}
