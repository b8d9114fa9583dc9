using System.Collections.Immutable;

namespace Pare.Compression.Rewriting;

/// <summary>A rewrite that puts other nodes in the place of single convolutions; what stands before and after them stays.</summary>
/// <typeparam name="TSettings">A record of settings.</typeparam>
public abstract class ConvolutionRewrite<TSettings> : GraphRewrite<TSettings> where TSettings : MethodSettings, new()
{
    private protected ConvolutionRewrite() { }

    /// <inheritdoc/>
    protected sealed override ImmutableArray<RewriteSite> Sites(Model model, TSettings settings) =>
        [.. ConvolutionLayer.All(model).Where(l => Fits(model, l, settings)).Select(l => new RewriteSite([l.Weight], l.Title))];

    /// <inheritdoc/>
    protected sealed override Model Rewrite(
        Model model, ImmutableArray<RewriteSite> sites, Layers where, TSettings settings, NewWeight weight, CompressionContext context, CancellationToken cancel)
    {
        Dictionary<string, ConvolutionLayer> layers = ConvolutionLayer.All(model).ToDictionary(l => l.Weight, StringComparer.Ordinal);
        var editor = new ModelEditor(model);
        HashSet<string> rewritten = [.. sites.Select(s => layers[s.Layers[0]].Node.Name)];
        for (int i = 0; i < sites.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            ConvolutionLayer layer = layers[sites[i].Layers[0]];
            context.Report(Name, layer.Name, (double)i / sites.Length);
            var splice = new LayerSplice(model, editor, layer.Node, layer.Name, weight);
            Replace(layer, SettingsOf(sites[i], where), splice, rewritten);
            splice.Close();
        }
        editor.RemoveUnused();
        return editor.Build();
    }

    /// <summary>Whether a convolution is worth replacing under these settings.</summary>
    private protected abstract bool Fits(Model model, ConvolutionLayer layer, TSettings settings);

    /// <summary>Adds the nodes that stand in for a convolution; the last takes over its output.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="splice">Takes the nodes.</param>
    /// <param name="rewritten">The names of all nodes that are replaced in this step.</param>
    private protected abstract void Replace(ConvolutionLayer layer, TSettings settings, LayerSplice splice, IReadOnlySet<string> rewritten);
}
