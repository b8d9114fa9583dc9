using Pare.Operators;

namespace Pare.Compression.Quantization.Equalization;

/// <summary>Makes the ranges of a network's channels alike without changing what it computes: for weights that share one scale.</summary>
/// <remarks>
/// Nagel, van Baalen, Blankevoort, Welling, "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV 2019, sections 4.1 and
/// 4.2, for sets of layers in the place of pairs: where a shortcut adds what several layers make, they share the factors.
/// </remarks>
internal sealed class Equalizer
{
    // The paper goes on until nothing changes; a factor this near to 1 changes nothing.
    private const double Converged = 1e-3, MostFactor = 1e4;

    private readonly Model _model;
    private readonly Dictionary<string, WeightEncoding> _weights = new(StringComparer.Ordinal);

    private Equalizer(Model model) => _model = model;

    /// <summary>Equalizes the channels of sets.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sets">Its sets.</param>
    /// <param name="rounds">The most rounds over all sets.</param>
    /// <param name="cancel">Stops it.</param>
    public static Model Apply(Model model, IReadOnlyList<ChannelSet> sets, int rounds, CancellationToken cancel)
    {
        var run = new Equalizer(model);
        for (int round = 0; round < rounds; round++)
        {
            double greatest = 0;
            foreach (ChannelSet set in sets)
            {
                cancel.ThrowIfCancellationRequested();
                greatest = Math.Max(greatest, run.Equalize(set));
            }
            if (greatest < Converged) break;
        }
        return WithoutClips(model.WithWeights(run._weights), sets);
    }

    // s[c] = sqrt(range of what makes c / range of what reads it); ranges count relative to those of their whole weight.
    private double Equalize(ChannelSet set)
    {
        double[] made = Greatest(set.Makers.Select(m => MadeRanges(m, set.Channels)), set.Channels), read = Greatest(set.Readers.Select(r => ReadRanges(r, set.Channels)), set.Channels);
        var factors = new double[set.Channels];
        double greatest = 0;
        for (int c = 0; c < factors.Length; c++)
        {
            factors[c] = made[c] > 0 && read[c] > 0 ? Math.Clamp(Math.Sqrt(made[c] / read[c]), 1 / MostFactor, MostFactor) : 1;
            greatest = Math.Max(greatest, Math.Abs(Math.Log(factors[c])));
        }
        double[] inverse = [.. factors.Select(f => 1 / f)];
        foreach (Maker maker in set.Makers)
        {
            if (maker.Norm is { } norm)
            {
                foreach (string vector in norm.Inputs.Skip(1).Take(2)) Multiply(vector, c => c, inverse);
                continue;
            }
            Multiply(maker.Layer.Inputs[1], ScaledWeight.OutputOf(maker.Layer, Shape(maker.Layer)), inverse);
            if (maker.Layer.Input(2).Length > 0) Multiply(maker.Layer.Input(2), c => c, inverse);
        }
        foreach (Node reader in set.Readers) Multiply(reader.Inputs[1], ScaledWeight.InputOf(reader, Shape(reader)), factors);
        return greatest;
    }

    private double[] MadeRanges(Maker maker, int channels)
    {
        double[] ranges = ScaledWeight.Ranges(Values(maker.Layer.Inputs[1]), ScaledWeight.OutputOf(maker.Layer, Shape(maker.Layer)), channels);
        if (maker.Norm is not { Operator: BatchNormalization norm } node) return ranges;
        float[] scale = Values(node.Inputs[1]), variance = Values(node.Inputs[4]);
        for (int c = 0; c < channels; c++) ranges[c] *= Math.Abs(scale[c]) / Math.Sqrt((double)variance[c] + norm.Epsilon);
        return ranges;
    }

    private double[] ReadRanges(Node reader, int channels)
    {
        float[] values = Values(reader.Inputs[1]);
        // What stands behind the reader's own batch normalization is part of its folded weight.
        if (_model.Nodes.FirstOrDefault(n => n.Operator is BatchNormalization && n.Inputs[0] == reader.Outputs[0]) is { Operator: BatchNormalization norm } node
            && node.Inputs.Skip(1).All(_model.Weights.ContainsKey))
        {
            float[] scale = Values(node.Inputs[1]), variance = Values(node.Inputs[4]);
            Func<int, int> output = ScaledWeight.OutputOf(reader, Shape(reader));
            for (int i = 0; i < values.Length; i++) values[i] *= (float)(scale[output(i)] / Math.Sqrt((double)variance[output(i)] + norm.Epsilon));
        }
        return ScaledWeight.Ranges(values, ScaledWeight.InputOf(reader, Shape(reader)), channels);
    }

    private static double[] Greatest(IEnumerable<double[]> ranges, int channels)
    {
        var greatest = new double[channels];
        foreach (double[] one in ranges)
        {
            double whole = one.Max();
            for (int c = 0; c < channels && whole > 0; c++) greatest[c] = Math.Max(greatest[c], one[c] / whole);
        }
        return greatest;
    }

    private Shape Shape(Node layer) => _model.Weights[layer.Inputs[1]].Shape;

    private WeightEncoding Weight(string name) => _weights.GetValueOrDefault(name) ?? _model.Weights[name];

    private float[] Values(string name) => Weight(name).ToArray();

    private void Multiply(string name, Func<int, int> channel, double[] factors) => _weights[name] = ScaledWeight.Multiply(Weight(name), channel, factors);

    private static Model WithoutClips(Model model, IReadOnlyList<ChannelSet> sets)
    {
        HashSet<string> clips = [.. sets.SelectMany(s => s.Clips).Select(n => n.Name)];
        if (clips.Count == 0) return model;
        var editor = new ModelEditor(model);
        foreach (Node clip in model.Nodes.Where(n => clips.Contains(n.Name)))
            editor.Replace(clip, clip with { Operator = new Unary(UnaryFunctions.Relu), Inputs = [clip.Inputs[0]] });
        editor.RemoveUnused();
        return editor.Build();
    }
}
