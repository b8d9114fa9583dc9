using System.Collections.Immutable;
using System.Globalization;
using Pare.Compression.Rewriting;
using Pare.Inspection;

namespace Pare.Compression.Advice;

/// <summary>What an adviser sees of a network.</summary>
public sealed class AdviceScope
{
    /// <summary>Pictures have few channels; a layer that reads them has little to save and much to lose.</summary>
    private const int MostPictureChannels = 4;

    private readonly Catalog<CompressionMethod> _methods;
    private readonly Dictionary<string, LayerProfile> _byWeight = new(StringComparer.Ordinal);

    internal AdviceScope(Model model, Catalog<CompressionMethod> methods)
    {
        _methods = methods;
        Model = model;
        Profile = Profile.Of(model);
        Convolutions = [.. Profile.Layers.Select(l => Convolution.Of(model, l)).OfType<Convolution>()];
        foreach (LayerProfile layer in Profile.Layers)
            foreach (string weight in layer.Node.Inputs.Where(model.Weights.ContainsKey)) _byWeight.TryAdd(weight, layer);
    }

    /// <summary>The network.</summary>
    public Model Model { get; }

    /// <summary>What its layers cost.</summary>
    public Profile Profile { get; }

    /// <summary>Its convolutions over two axes, in order.</summary>
    public ImmutableArray<Convolution> Convolutions { get; }

    /// <summary>The weights of convolutions that read more channels than a picture has.</summary>
    public IEnumerable<Convolution> InnerConvolutions => Convolutions.Where(c => c.Inputs > MostPictureChannels);

    /// <summary>The places that a step fits; none where there is no such method.</summary>
    /// <param name="step">A method with settings: "rewrite.shrink-kernel:to=3".</param>
    public ImmutableArray<RewriteSite> Sites(string step)
    {
        if (_methods.Find(MethodOf(step)) is not GraphRewrite rewrite) return [];
        return rewrite.Sites(Model, Recipe.FromArguments([step], _methods).Steps[0].Settings);
    }

    /// <summary>True where there is such a method.</summary>
    public bool Has(string step) => _methods.Find(MethodOf(step)) is not null;

    /// <summary>What the layer that first reads a weight costs.</summary>
    public LayerProfile LayerOf(string weight) => _byWeight[weight];

    /// <summary>Multiply-accumulates of the layers that read some weights.</summary>
    public long Macs(IEnumerable<string> weights) => weights.Select(LayerOf).Distinct().Sum(l => l.Macs);

    /// <summary>Parameters of the layers that read some weights.</summary>
    public long Parameters(IEnumerable<string> weights) => weights.Select(LayerOf).Distinct().Sum(l => l.Parameters);

    /// <summary>"37 %" of all multiply-accumulates.</summary>
    public string MacShare(IEnumerable<string> weights) => Percent(Macs(weights), Profile.Macs);

    /// <summary>"37 %" of all parameters.</summary>
    public string ParameterShare(IEnumerable<string> weights) => Percent(Parameters(weights), Profile.Parameters);

    /// <summary>
    /// A suggestion for all sites of a step, and, where a few of them have most of the multiplications, another for those alone: most of
    /// the gain at less risk.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="fits">Which sites are meant.</param>
    /// <param name="suggest">Makes the suggestion for some sites.</param>
    public IEnumerable<Suggestion> AllAndFew(string step, Func<RewriteSite, bool> fits, Func<ImmutableArray<RewriteSite>, Suggestion> suggest)
    {
        ImmutableArray<RewriteSite> all = Sites(step), sites = [.. all.Where(fits)];
        if (sites.IsEmpty) yield break;
        yield return For(suggest, sites, sites.Length == all.Length);
        ImmutableArray<RewriteSite> few = Few(sites);
        if (few.Length <= sites.Length / 2) yield return For(suggest, few, isAll: false);
    }

    /// <summary>"12 %", "1.3 %"; a share below a tenth of a percent says so.</summary>
    public static string Percent(long part, long whole)
    {
        double share = whole == 0 ? 0 : 100.0 * part / whole;
        return share is > 0 and < 0.1 ? "<0.1 %" : share.ToString(share >= 9.95 ? "0" : "0.#", CultureInfo.InvariantCulture) + " %";
    }

    /// <summary>"1 convolution", "3 convolutions".</summary>
    public static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    internal static string MethodOf(string step) => step.Split(':', 2)[0];

    private static Suggestion For(Func<ImmutableArray<RewriteSite>, Suggestion> suggest, ImmutableArray<RewriteSite> sites, bool isAll) =>
        isAll ? suggest(sites) : suggest(sites) with { Layers = [.. sites.SelectMany(s => s.Layers)] };

    // As few sites as have three quarters of the multiplications of all of them, in the model's order.
    private ImmutableArray<RewriteSite> Few(ImmutableArray<RewriteSite> sites)
    {
        long all = sites.Sum(s => Macs(s.Layers)), sum = 0;
        var few = new HashSet<RewriteSite>();
        foreach (RewriteSite site in sites.OrderByDescending(s => Macs(s.Layers)))
        {
            if (4 * sum >= 3 * all) break;
            sum += Macs(site.Layers);
            few.Add(site);
        }
        return [.. sites.Where(few.Contains)];
    }
}
