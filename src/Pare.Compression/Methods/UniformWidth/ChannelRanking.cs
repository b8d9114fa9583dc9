using System.Collections.Immutable;
using Pare.Passes.Channels;

namespace Pare.Compression.Methods;

/// <summary>How important classes of channels are: each as all the channels in it, in whatever layer they are made.</summary>
/// <param name="model">The model.</param>
/// <param name="sources">All layers that make channels.</param>
internal sealed class ChannelRanking(Model model, ImmutableArray<ChannelSource> sources)
{
    private readonly Dictionary<(string Weight, ChannelImportance By), double[]> _norms = [];

    /// <summary>The importance of each class of a layer; more is better.</summary>
    public IReadOnlyDictionary<int, double> Of(ChannelSource source, ChannelImportance by)
    {
        if (by == ChannelImportance.First)
            return source.Classes.Select((c, i) => (Class: c, Place: -(double)i)).DistinctBy(p => p.Class).ToDictionary(p => p.Class, p => p.Place);
        var importance = source.Classes.Distinct().ToDictionary(c => c, _ => 0.0);
        foreach (ChannelSource maker in sources)
        {
            if (!maker.Classes.Any(importance.ContainsKey)) continue;
            double[] norms = NormsOf(maker, by);
            for (int i = 0; i < norms.Length; i++)
                if (importance.ContainsKey(maker.Classes[i])) importance[maker.Classes[i]] += norms[i];
        }
        return importance;
    }

    // Over the mean of the layer, so that layers of different scales can be added.
    private double[] NormsOf(ChannelSource source, ChannelImportance by)
    {
        if (_norms.TryGetValue((source.Weight, by), out double[]? known)) return known;
        WeightEncoding weight = model.Weights[source.Weight];
        float[] values = weight.ToArray();
        AxisSlices slices = AxisSlices.Of(weight.Shape, source.Axis);
        var norms = new double[slices.Length];
        for (int i = 0; i < values.Length; i++)
            norms[i / slices.Inner % slices.Length] += by == ChannelImportance.L1 ? Math.Abs(values[i]) : (double)values[i] * values[i];
        if (by == ChannelImportance.L2)
            for (int i = 0; i < norms.Length; i++) norms[i] = Math.Sqrt(norms[i]);
        double mean = norms.Average();
        return _norms[(source.Weight, by)] = mean > 0 ? [.. norms.Select(n => n / mean)] : norms;
    }
}
