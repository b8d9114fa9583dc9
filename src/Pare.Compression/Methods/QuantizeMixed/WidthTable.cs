using System.Collections.Immutable;
using System.Globalization;
using Pare.Compression.Quantization;
using Pare.Formats.Container;
using Pare.Inspection;

namespace Pare.Compression.Methods;

/// <summary>The widths that each layer can have, its weight in each of them, and what they cost.</summary>
internal sealed class WidthTable
{
    private const double Unquantized = 32, Whole = 8 * 8, Rounding = 1e-9;

    private long[] _codes = [], _macs = [];
    private int[] _activationBits = [];
    private long[][] _bytes = [];
    private long _otherBytes;

    private WidthTable() { }

    /// <summary>The weights.</summary>
    public required ImmutableArray<string> Weights { get; init; }

    /// <summary>For each weight its widths, ascending; one where the user fixed it.</summary>
    public required ImmutableArray<ImmutableArray<int>> Bits { get; init; }

    /// <summary>For each weight whether the user fixed its width.</summary>
    public required ImmutableArray<bool> Pinned { get; init; }

    /// <summary>For each weight what it is in its widths, rounded to nearest.</summary>
    public required ImmutableArray<WeightEncoding[]> Forms { get; init; }

    /// <summary>Rounds weights to all their widths and counts.</summary>
    /// <exception cref="RecipeException">A weight is not floats any more.</exception>
    public static WidthTable Of(Model model, IReadOnlyDictionary<string, QuantizeStaticSettings> chosen, QuantizeMixedSettings settings, int threads, CancellationToken cancel)
    {
        ImmutableArray<string> weights = [.. model.WeightsInOrder().Where(chosen.ContainsKey)];
        ImmutableArray<int> all = [.. settings.Bits.Distinct().Order()];
        ImmutableArray<bool> pinned = [.. weights.Select(w => chosen[w].WeightBits > 0)];
        ImmutableArray<ImmutableArray<int>> bits = [.. weights.Select((w, i) => pinned[i] ? [chosen[w].WeightBits] : all)];
        var forms = new WeightEncoding[weights.Length][];
        Concurrently.For(weights.Length, threads, cancel, i =>
        {
            LeafScope scope = model.ScopeOf(weights[i]);
            forms[i] = [.. bits[i].Select(b => WeightQuantizer.Round(model.Weights[weights[i]], scope, (chosen[weights[i]] with { WeightBits = b }).WeightFormat))];
        });
        (long[][] bytes, long others) = Measure(model, weights, forms);
        Dictionary<string, long> macs = weights.ToDictionary(w => w, _ => 0L, StringComparer.Ordinal);
        foreach (LayerProfile layer in Profile.Of(model).Layers)
            foreach (string weight in layer.Node.Inputs.Distinct(StringComparer.Ordinal).Where(macs.ContainsKey)) macs[weight] += layer.Macs;
        return new WidthTable
        {
            Weights = weights,
            Bits = bits,
            Pinned = pinned,
            Forms = [.. forms],
            _codes = [.. weights.Select(w => Codes(model, w))],
            _macs = [.. weights.Select(w => macs[w])],
            _activationBits = [.. weights.Select(w => chosen[w].ActivationBits)],
            _bytes = bytes,
            _otherBytes = others,
        };
    }

    /// <summary>What each layer's widths cost.</summary>
    public ImmutableArray<ImmutableArray<long>> Costs(WidthCost cost) => [.. Bits.Select((widths, l) => cost == WidthCost.Bytes ? [.. _bytes[l]] : widths.Select(b => cost switch
    {
        WidthCost.MeanBits => _codes[l] * b,
        _ => _macs[l] * b * ActivationBits(l),
    }).ToImmutableArray())];

    /// <summary>A budget in the unit of <see cref="Costs"/>.</summary>
    /// <exception cref="RecipeException">Nothing is multiplied that could be counted, or the narrowest widths cost more.</exception>
    public long Limit(WidthBudget budget, string method)
    {
        (string name, double unit, long others) = budget.Cost switch
        {
            WidthCost.Bytes => ("bytes", 1.0, _otherBytes),
            WidthCost.MacBits => ("mac-bits", Whole * _macs.Sum(), 0),
            _ => ("mean-bits", (double)_codes.Sum(), 0),
        };
        if (unit == 0) throw new RecipeException($"{method}: {name} counts the multiplications of the quantized layers, and their shapes are not known before running. Take mean-bits or bytes.");
        if (double.IsPositiveInfinity(budget.Most)) return long.MaxValue;
        long least = Costs(budget.Cost).Sum(c => c.Min());
        long limit = (long)Math.Floor(budget.Most * unit * (1 + Rounding)) - others;
        if (limit >= least) return limit;
        double possible = Math.Ceiling((least + others) / unit * 10_000 * (1 - Rounding)) / 10_000;
        throw new RecipeException(string.Create(CultureInfo.InvariantCulture,
            $"{method}: {name} is {budget.Most}, and the narrowest widths (bits, weight-bits) need more: the least possible is {possible}."));
    }

    /// <summary>Bytes of all weights of the model at these choices.</summary>
    public long Bytes(ImmutableArray<int> choices) => _otherBytes + choices.Select((c, l) => _bytes[l][c]).Sum();

    /// <summary>The mean width at these choices.</summary>
    public double MeanBits(ImmutableArray<int> choices) => choices.Select((c, l) => (double)_codes[l] * Bits[l][c]).Sum() / Math.Max(1, _codes.Sum());

    private long ActivationBits(int layer) => _activationBits[layer] == 0 ? (long)Unquantized : _activationBits[layer];

    // The numbers that become codes: all of a dense weight, those kept of a pruned one, the table of a clustered one.
    private static long Codes(Model model, string weight)
    {
        long codes = 0;
        model.Weights[weight].MapLeaves((leaf, scope) =>
        {
            if (scope.Role is LeafRole.Weight or LeafRole.Table) codes += leaf.Length;
            return leaf;
        }, model.ScopeOf(weight));
        return codes;
    }

    private static (long[][] Bytes, long Others) Measure(Model model, ImmutableArray<string> weights, WeightEncoding[][] forms)
    {
        long[][] bytes = [.. forms.Select(f => new long[f.Length])];
        long others = 0;
        for (int i = 0; i < forms.Max(f => f.Length); i++)
        {
            Model narrow = model.WithWeights(weights.Select((w, l) => KeyValuePair.Create(w, forms[l][Math.Min(i, forms[l].Length - 1)])));
            PartSizes sizes = ContainerWriter.Measure(narrow, new ContainerOptions { EntropyCoding = EntropyCoding.None });
            Dictionary<string, long> parts = sizes.Parts.Where(p => model.Weights.ContainsKey(p.Weight)).GroupBy(p => p.Weight, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(p => p.Bytes), StringComparer.Ordinal);
            for (int l = 0; l < forms.Length; l++) bytes[l][Math.Min(i, forms[l].Length - 1)] = parts.GetValueOrDefault(weights[l]);
            others = parts.Values.Sum() - weights.Sum(w => parts.GetValueOrDefault(w));
        }
        return (bytes, others);
    }
}
