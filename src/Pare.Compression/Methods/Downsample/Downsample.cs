using System.Collections.Immutable;
using Pare.Compression.Rewriting;

namespace Pare.Compression.Methods;

/// <summary>Moves the places where the resolution halves to earlier or later layers, or spreads them evenly. No weight changes.</summary>
/// <remarks>
/// "Downsample late" is strategy 3 of SqueezeNet (Iandola et al., arXiv:1602.07360); early downsampling is what fast networks do. The
/// resolution halves between cells of the network (<see cref="Cell"/>), so a residual block is moved as one, shortcut and all. The last
/// feature map keeps its size, whatever the head makes of it: where borders leave it too small, convolutions are padded more, where too
/// large, a last pooling brings it to its size.
/// </remarks>
public sealed class Downsample : GraphRewrite<DownsampleSettings>
{
    /// <inheritdoc/>
    public override string Name => "rewrite.downsample";

    /// <inheritdoc/>
    public override string Summary => "moves the places where the resolution halves: early, late, or evenly spaced";

    /// <inheritdoc/>
    protected override string Why(DownsampleSettings settings) =>
        $": it takes networks of one picture of known size whose resolution halves somewhere that is not {Compression.Settings.Setting.Text(settings.When)} yet";

    /// <inheritdoc/>
    protected override ImmutableArray<RewriteSite> Sites(Model model, DownsampleSettings settings)
    {
        if (Trunk.Of(model) is not { } trunk || trunk.Halves.IsEmpty || !trunk.Weights.Any()) return [];
        ImmutableArray<int> places = trunk.Places.Choose(settings);
        if (places.SequenceEqual(trunk.Places.Now) || Resized.Fit(trunk, places, settings.With) is null) return [];
        return [new RewriteSite([.. trunk.Weights], $"the resolution halves behind {Text(trunk, trunk.Places.Now)}; it would behind {Text(trunk, places)}")];
    }

    /// <inheritdoc/>
    protected override Model Rewrite(
        Model model, ImmutableArray<RewriteSite> sites, Layers where, DownsampleSettings settings, NewWeight weight, CompressionContext context, CancellationToken cancel)
    {
        Trunk trunk = Trunk.Of(model)!;
        Resized resized = Resized.Fit(trunk, trunk.Places.Choose(settings), settings.With)!;
        var editor = new ModelEditor(model);
        resized.Edit(editor);
        editor.RemoveUnused();
        return editor.Build();
    }

    private static string Text(Trunk trunk, ImmutableArray<int> places) => string.Join(", ", places.Select(trunk.Title));
}
