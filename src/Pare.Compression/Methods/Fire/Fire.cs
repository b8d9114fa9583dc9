using System.Collections.Immutable;
using Pare.Compression.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>A dense convolution becomes a fire module: 1 x 1 kernels squeeze the channels, then 1 x 1 and larger kernels side by side expand them.</summary>
/// <remarks>
/// Iandola et al., "SqueezeNet", arXiv:1602.07360, section 3. The squeeze starts as the leading directions of the input channels (the
/// truncated SVD of the weight unfolded by input channel), the expansions as the projections of the old kernels on them, those of the
/// 1 x 1 half folded to one tap first. The 1 x 1 half takes the first outputs, so that the order of channels stays.
/// </remarks>
public sealed class Fire : ConvolutionRewrite<FireSettings>
{
    /// <inheritdoc/>
    public override string Name => "rewrite.fire";

    /// <inheritdoc/>
    public override string Summary => "turns dense convolutions into fire modules: squeeze the channels, then expand them";

    /// <inheritdoc/>
    protected override string Why(FireSettings settings) =>
        $": it takes dense convolutions of kernels larger than 1 x 1, of at least {settings.LeastChannels} input channels, that get smaller by it";

    private protected override bool Fits(Model model, ConvolutionLayer layer, FireSettings settings)
    {
        if (!layer.IsDense || layer.Taps == 1 || layer.Inputs < settings.LeastChannels) return false;
        if (layer.Bias.Length > 0 && !model.Weights.ContainsKey(layer.Bias)) return false; // a computed bias cannot be shared out
        int squeezed = Squeezed(layer, settings), large = Large(layer, settings);
        return squeezed <= layer.Inputs && (long)squeezed * (layer.Inputs + layer.Outputs - large + (long)large * layer.Taps) < layer.WeightShape.Elements;
    }

    private protected override void Replace(ConvolutionLayer layer, FireSettings settings, LayerSplice splice, IReadOnlySet<string> rewritten)
    {
        int squeezed = Squeezed(layer, settings), large = Large(layer, settings), small = layer.Outputs - large;
        ImmutableArray<int> ones = [.. layer.Kernel.Select(_ => 1)];
        var start = new Lazy<FireStart>(() => FireStart.Of(splice.Old(layer.Weight), layer, squeezed, small, settings.Correlation));
        string weight = splice.Weight("squeeze.weight", Shape.Of([squeezed, layer.Inputs, .. ones]), () => start.Value.Squeeze);
        string offset = settings.Activation == Between.Relu ? splice.Filled("squeeze.bias", squeezed, 0) : "";
        string value = splice.Add(new Conv { Window = new Window(new ValueList<int>(ones)) }, "squeeze", layer.Node.Inputs[0], weight, offset);
        value = splice.Activate(settings.Activation, "squeeze", value, squeezed);

        var halves = new List<string>();
        if (small > 0)
        {
            SmallerWindow window = SmallerWindow.Of(layer, ones);
            halves.Add(Expand("expand1x1", window.Window, window.Crop(splice, "expand1x1.crop", value), 0, small, ones, () => start.Value.Small));
        }
        if (large > 0)
        {
            Window window = layer.Conv.Window with { Kernel = new ValueList<int>(layer.Kernel) };
            halves.Add(Expand($"expand{string.Join('x', layer.Kernel)}", window, value, small, large, layer.Kernel, () => start.Value.Large));
        }
        if (halves.Count > 1) splice.Add(new Concat(1), "concat", [.. halves]);

        string Expand(string suffix, Window window, string input, int from, int count, ImmutableArray<int> kernel, Func<float[]> values) => splice.Add(
            new Conv { Window = window }, suffix, input,
            splice.Weight($"{suffix}.weight", Shape.Of([count, squeezed, .. kernel]), values),
            layer.Bias.Length == 0 ? "" : splice.Weight($"{suffix}.bias", Shape.Of(count), () => splice.Old(layer.Bias).AsSpan(from, count).ToArray()));
    }

    private static int Squeezed(ConvolutionLayer layer, FireSettings settings) => Math.Max(1, (int)Math.Round(settings.Squeeze * layer.Outputs));

    private static int Large(ConvolutionLayer layer, FireSettings settings) => (int)Math.Round(settings.Expand3x3 * layer.Outputs);
}
