using Pare.Encodings;

namespace Pare.Compression.Methods;

/// <summary>Drops the weights of the smallest magnitude. What was dropped stays dropped, whatever follows.</summary>
/// <remarks>
/// Han, Pool, Tran, Dally, NIPS 2015 (threshold in standard deviations, iterative); Zhu and Gupta, arXiv:1710.01878 (the cubic
/// schedule). Of equal magnitudes the earlier position stays, so that counts are exact.
/// </remarks>
public sealed class MagnitudePruning : WeightMethod<PruningSettings>
{
    /// <inheritdoc/>
    public override string Name => "prune.magnitude";

    /// <inheritdoc/>
    public override string Summary => "drops the weights of the smallest magnitude";

    /// <inheritdoc/>
    protected override MethodNeeds Needs(PruningSettings settings) =>
        settings.Schedule == PruningSchedule.OneShot ? MethodNeeds.None : MethodNeeds.Training;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, PruningSettings settings, CompressionContext context, CancellationToken cancel)
    {
        if (settings.Scope == PruningScope.Global && where.Any(l => where.SettingsOf<PruningSettings>(l).TargetDensity != settings.TargetDensity))
            throw new RecipeException($"{Name}: 'scope: global' has one target for all layers; take the layers' own targets out.");
        int rounds = settings.Schedule == PruningSchedule.OneShot ? 1 : settings.Rounds;
        Dictionary<string, double> before = where.ToDictionary(l => l.Weight, l => Density(model, l));
        for (int round = 1; round <= rounds; round++)
        {
            double done = (double)round / rounds;
            model = settings.Scope == PruningScope.Global
                ? PruneTogether(model, where, settings, Towards(GlobalDensity(where, before), settings.TargetDensity!.Value, settings.Schedule, done), context, cancel)
                : PruneEach(model, where, before, settings.Schedule, done, context, cancel);
            if (round < rounds)
            {
                context.Report(Name, $"round {round} of {rounds}: retraining", done);
                model = context.Retrain(model, settings.Between ?? context.TrainingDefaults, cancel);
            }
        }
        return model;
    }

    /// <inheritdoc/>
    protected override WeightEncoding Encode(Dense leaf, LeafScope where, PruningSettings settings, CompressionContext context, CancellationToken cancel) =>
        settings.Threshold is { } deviations
            ? Keep(leaf, (MagnitudeRanking.Key((float)(deviations * Deviation(leaf.Values)), 1), long.MaxValue), 1, settings)
            : Keep(leaf, Rank(leaf, context.Threads).Cut(KeepCount(leaf, where, settings.TargetDensity!.Value)), 1, settings);

    private Model PruneEach(
        Model model, Layers where, Dictionary<string, double> before, PruningSchedule schedule, double done, CompressionContext context, CancellationToken cancel)
    {
        var pruned = new List<KeyValuePair<string, WeightEncoding>>(where.Count);
        foreach (Layer layer in where)
        {
            cancel.ThrowIfCancellationRequested();
            context.Report(Name, layer.Name, done * pruned.Count / where.Count);
            PruningSettings own = where.SettingsOf<PruningSettings>(layer);
            if (own.TargetDensity is { } target)
                own = own with { Sparsity = null, Density = Towards(before[layer.Weight], target, schedule, done) };
            pruned.Add(new(layer.Weight, Map(layer, model, (leaf, scope) => Encode(leaf, scope, own, context, cancel))));
        }
        return model.WithWeights(pruned);
    }

    private Model PruneTogether(
        Model model, Layers where, PruningSettings settings, double density, CompressionContext context, CancellationToken cancel)
    {
        var ranking = new MagnitudeRanking(context.Threads);
        long numbers = 0;
        var scales = new Dictionary<Dense, float>();
        foreach (Layer layer in where)
        {
            numbers += layer.Shape.Elements;
            Map(layer, model, (leaf, _) =>
            {
                float scale = settings.Importance == Importance.MagnitudeOverNorm ? OverNorm(leaf.Values) : 1;
                scales[leaf] = scale;
                ranking.Add(leaf, scale);
                return leaf;
            });
        }
        cancel.ThrowIfCancellationRequested();
        (uint key, long equals) = ranking.Cut(Round(density * numbers));
        var pruned = new List<KeyValuePair<string, WeightEncoding>>(where.Count);
        foreach (Layer layer in where)
            pruned.Add(new(layer.Weight, Map(layer, model, (leaf, _) =>
            {
                Sparse kept = Keep(leaf, (key, equals), scales[leaf], where.SettingsOf<PruningSettings>(layer));
                equals = Math.Max(0, equals - CountEqual(leaf.Values, key, scales[leaf]));
                return kept;
            })));
        return model.WithWeights(pruned);
    }

    private static MagnitudeRanking Rank(Dense leaf, int threads)
    {
        var ranking = new MagnitudeRanking(threads);
        ranking.Add(leaf);
        return ranking;
    }

    // Numbers of a larger key stay, and of those with the key the first so many; zeros never stay.
    private static Sparse Keep(Dense leaf, (uint Key, long AtKey) cut, float scale, PruningSettings settings)
    {
        Span<float> values = leaf.Values;
        int count = 0;
        long equals = cut.AtKey;
        foreach (float value in values)
            if (Stays(value, scale, cut.Key, ref equals)) count++;
        var positions = new int[count];
        var kept = new float[count];
        equals = cut.AtKey;
        for (int i = 0, at = 0; i < values.Length; i++)
            if (Stays(values[i], scale, cut.Key, ref equals))
            {
                positions[at] = i;
                kept[at++] = values[i];
            }
        return new Sparse(leaf.Shape, positions, new Dense(Shape.Of(count), kept), settings.IndexBits);
    }

    private static bool Stays(float value, float scale, uint cut, ref long equals)
    {
        uint key = MagnitudeRanking.Key(value, scale);
        return key > cut || (key == cut && key != 0 && equals-- > 0);
    }

    private static long CountEqual(Span<float> values, uint key, float scale)
    {
        long count = 0;
        foreach (float value in values)
            if (MagnitudeRanking.Key(value, scale) == key) count++;
        return count;
    }

    // Of a pruned weight's leaf the positions in the whole weight are known, and the target counts there.
    private static long KeepCount(Dense leaf, LeafScope where, double density) =>
        Round(density * (where.Positions is null ? leaf.Length : where.LogicalShape.Elements));

    private static long Round(double count) => (long)Math.Round(count, MidpointRounding.AwayFromZero);

    private static double Towards(double before, double target, PruningSchedule schedule, double done) => schedule switch
    {
        _ when target >= before || done >= 1 => target,
        PruningSchedule.Gradual => target + (before - target) * Math.Pow(1 - done, 3),
        _ => before * Math.Pow(target / before, done),
    };

    private double Density(Model model, Layer layer)
    {
        long numbers = 0;
        Map(layer, model, (leaf, _) =>
        {
            foreach (float value in leaf.Values)
                if (value != 0) numbers++;
            return leaf;
        });
        return (double)numbers / layer.Shape.Elements;
    }

    private static double GlobalDensity(Layers where, Dictionary<string, double> densities) =>
        where.Sum(l => densities[l.Weight] * l.Shape.Elements) / where.Sum(l => l.Shape.Elements);

    private static double Deviation(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0;
        foreach (float value in values) sum += value;
        double mean = sum / Math.Max(1, values.Length);
        foreach (float value in values) squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / Math.Max(1, values.Length));
    }

    private static float OverNorm(ReadOnlySpan<float> values)
    {
        double squares = 0;
        foreach (float value in values) squares += (double)value * value;
        return squares == 0 ? 1 : (float)Math.Sqrt(values.Length / squares);
    }
}
