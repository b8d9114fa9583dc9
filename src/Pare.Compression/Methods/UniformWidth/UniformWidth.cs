using System.Collections.Immutable;
using Pare.Compression.Rewriting;
using Pare.Passes.Channels;

namespace Pare.Compression.Methods;

/// <summary>Makes a network narrower: the same share of every layer's channels is really taken out, through shortcuts, concatenations and flattening.</summary>
/// <remarks>
/// The width multiplier of Howard et al., "MobileNets", 2017, applied to a network that is trained already: the channels of the largest
/// weights stay with their weights. Layers that share channels (both sides of a sum) lose the same ones.
/// </remarks>
public sealed class UniformWidth : GraphRewrite<UniformWidthSettings>
{
    /// <inheritdoc/>
    public override string Name => "rewrite.width";

    /// <inheritdoc/>
    public override string Summary => "takes the same share of channels out of every layer";

    /// <inheritdoc/>
    protected override ImmutableArray<RewriteSite> Sites(Model model, UniformWidthSettings settings) =>
    [
        .. ChannelAnalysis.Of(model).Sources
            .Where(s => s.CanShrink && ChannelChoice.Target(s.Classes.Length, settings.Width, settings.Multiple) < s.Classes.Length)
            .Select(s => new RewriteSite([s.Weight], $"{s.Classes.Length} channels ({model.Weights[s.Weight].Shape})")),
    ];

    /// <inheritdoc/>
    protected override Model Rewrite(
        Model model, ImmutableArray<RewriteSite> sites, Layers where, UniformWidthSettings settings, NewWeight weight, CompressionContext context,
        CancellationToken cancel)
    {
        ChannelAnalysis analysis = ChannelAnalysis.Of(model);
        ImmutableArray<ChannelSource> sources = [.. analysis.Sources.Where(s => s.CanShrink)];
        Dictionary<string, RewriteSite> siteOf = sites.ToDictionary(s => s.Layers[0], StringComparer.Ordinal);
        var choice = new ChannelChoice(analysis);
        foreach (ChannelSource source in sources.Where(s => !siteOf.ContainsKey(s.Weight))) choice.KeepAll(source);
        var ranking = new ChannelRanking(model, sources);
        // Narrow layers first: a wide one that holds their channels among its own then chooses the rest.
        foreach (ChannelSource source in sources.Where(s => siteOf.ContainsKey(s.Weight)).OrderBy(s => s.Classes.Length))
        {
            cancel.ThrowIfCancellationRequested();
            UniformWidthSettings own = SettingsOf(siteOf[source.Weight], where);
            choice.Keep(source, ChannelChoice.Target(source.Classes.Length, own.Width, own.Multiple), ranking.Of(source, own.Importance));
        }
        return CutChannels.Apply(model, analysis, choice.Cut);
    }
}
