using Pare.Compression.Evaluation;

namespace Pare.Compression.Quantization.Mixed;

/// <summary>Measures what narrower weights damage, layer by layer: for each layer, for each of its forms, a number from 0 on.</summary>
/// <param name="Model">The network in floats.</param>
/// <param name="Walk">The samples; labels are not read.</param>
internal sealed record Sensitivity(Model Model, ActivationWalk Walk)
{
    /// <summary>Measures.</summary>
    /// <param name="measure">What counts as damage.</param>
    /// <param name="forms">For each weight the forms to try.</param>
    /// <param name="progress">Hears the weight that is next, and how much is done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="RecipeException">The damage cannot be measured in this network.</exception>
    public double[][] Measure(
        SensitivityMeasure measure, IReadOnlyList<(string Weight, WeightEncoding[] Forms)> forms, Action<string, double> progress, CancellationToken cancel) =>
        measure == SensitivityMeasure.Sqnr ? Noise(forms, progress, cancel) : [.. forms.Select((f, i) =>
        {
            progress(f.Weight, (double)i / forms.Count);
            return Divergence(f.Weight, f.Forms, cancel);
        })];

    // One pass: each layer's nodes stand beside themselves, reading the same floats.
    private double[][] Noise(IReadOnlyList<(string Weight, WeightEncoding[] Forms)> forms, Action<string, double> progress, CancellationToken cancel)
    {
        var editor = new ModelEditor(Model);
        (string[] Plain, string[][] Forms)[] values = [.. forms.Select(f =>
        {
            Dictionary<string, string>[] names = [.. f.Forms.Select(form => Branches.Add(editor, Model, f.Weight, form, readersOnly: true))];
            string[] plain = [.. names[0].Keys];
            return (plain, names.Select(n => plain.Select(p => n[p]).ToArray()).ToArray());
        })];
        string[] all = [.. values.SelectMany(v => v.Plain.Concat(v.Forms.SelectMany(f => f))).Distinct(StringComparer.Ordinal)];
        editor.SetOutputs(all);
        editor.RemoveUnused();
        double[][] noise = [.. forms.Select(f => new double[f.Forms.Length])];
        var signal = new double[forms.Count];
        long done = 0;
        Walk.Run(editor.Build(), all, probe =>
        {
            progress("all layers", Math.Min(1, (double)done / Walk.Data.Count));
            done += probe.Samples;
            for (int l = 0; l < values.Length; l++)
                for (int v = 0; v < values[l].Plain.Length; v++)
                {
                    ReadOnlySpan<float> floats = probe[values[l].Plain[v]].Floats;
                    signal[l] += Squares(floats, default);
                    for (int f = 0; f < noise[l].Length; f++) noise[l][f] += Squares(floats, probe[values[l].Forms[f][v]].Floats);
                }
        }, cancel);
        return [.. noise.Select((n, l) => n.Select(x => x == 0 ? 0 : x / Math.Max(signal[l], double.Epsilon)).ToArray())];
    }

    // What comes before the layer runs once for all its forms.
    private double[] Divergence(string weight, WeightEncoding[] forms, CancellationToken cancel)
    {
        var editor = new ModelEditor(Model);
        string output = Model.Outputs[0];
        string[] twins = [.. forms.Select(f => Branches.Add(editor, Model, weight, f, readersOnly: false).GetValueOrDefault(output, output))];
        string[] all = [.. twins.Prepend(output).Distinct(StringComparer.Ordinal)];
        editor.SetOutputs(all);
        editor.RemoveUnused();
        bool probabilities = ClassifierPorts.Of(Model, Walk.Data, Walk.Preprocessing, labelled: false).Probabilities;
        var sums = new double[forms.Length];
        long samples = 0;
        Walk.Run(editor.Build(), all, probe =>
        {
            Tensor floats = probe[output];
            if (floats.DType != DType.F32 || floats.Shape.Rank < 2 || floats.Shape.Skip(2).Any(d => d.Value != 1))
                throw new RecipeException($"sensitivity=loss compares the answers of a network that classifies, and the output '{output}' is {floats.Type}, not F32[N, classes]. Take sensitivity=sqnr.");
            int classes = floats.Dims[1];
            (double[] p, double[] q) = (new double[classes], new double[classes]);
            samples += floats.Length / classes;
            for (int start = 0; start < floats.Length; start += classes)
            {
                Logarithms(floats.Floats.Slice(start, classes), p, probabilities);
                for (int f = 0; f < twins.Length; f++)
                {
                    Logarithms(probe[twins[f]].Floats.Slice(start, classes), q, probabilities);
                    double divergence = 0;
                    for (int c = 0; c < classes; c++) divergence += Math.Exp(p[c]) * (p[c] - q[c]);
                    sums[f] += Math.Max(0, divergence); // below 0 by rounding alone
                }
            }
        }, cancel);
        return [.. sums.Select(s => s / samples)];
    }

    private static void Logarithms(ReadOnlySpan<float> row, double[] into, bool probabilities)
    {
        if (probabilities)
        {
            for (int c = 0; c < row.Length; c++) into[c] = Math.Log(Math.Max(row[c], float.Epsilon));
            return;
        }
        double whole = Score.LogSum(row);
        for (int c = 0; c < row.Length; c++) into[c] = row[c] - whole;
    }

    private static double Squares(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double d = b.IsEmpty ? a[i] : (double)a[i] - b[i];
            sum += d * d;
        }
        return sum;
    }
}
