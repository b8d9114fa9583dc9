using System.Collections.Immutable;
using Pare.Compression.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>Convolutions of large kernels get small ones, or become a chain of small ones that sees as far.</summary>
/// <remarks>
/// The trick of SqueezeNet (Iandola et al., arXiv:1602.07360, strategy 1) and VGG (Simonyan and Zisserman, ICLR 2015, section 2.3).
/// A small kernel starts as the one that comes closest for smooth inputs (<see cref="SpatialFold"/>); a chain starts as that kernel,
/// followed by layers that pass on its outputs, or the leading combinations of them where the chain is narrower.
/// </remarks>
public sealed class ShrinkKernel : ConvolutionRewrite<ShrinkKernelSettings>
{
    /// <inheritdoc/>
    public override string Name => "rewrite.shrink-kernel";

    /// <inheritdoc/>
    public override string Summary => "gives convolutions of large kernels small ones, or a chain of small ones";

    /// <inheritdoc/>
    protected override string Why(ShrinkKernelSettings settings) => settings.Stack
        ? $": it takes convolutions of kernels larger than {settings.To} that a chain would make smaller"
        : $": it takes convolutions of kernels larger than {settings.To}";

    private protected override bool Fits(Model model, ConvolutionLayer layer, ShrinkKernelSettings settings)
    {
        if (!layer.Kernel.Any(k => k > settings.To)) return false;
        if (!settings.Stack) return true;
        // The pads of a chain are shared out, so they must be known.
        return SmallerWindow.Pads(layer) is not null && ChainWeights(layer, settings.To) < layer.WeightShape.Elements;
    }

    private protected override void Replace(ConvolutionLayer layer, ShrinkKernelSettings settings, LayerSplice splice, IReadOnlySet<string> rewritten)
    {
        if (settings.Stack) Stack(layer, settings, splice);
        else Shrink(layer, settings, splice);
    }

    private static void Shrink(ConvolutionLayer layer, ShrinkKernelSettings settings, LayerSplice splice)
    {
        ImmutableArray<int> to = Small(layer, settings.To);
        SmallerWindow window = SmallerWindow.Of(layer, to);
        string weight = splice.Weight(
            "shrunk.weight", Kernels(layer.Outputs, layer.WeightShape.Fixed[1], to),
            () => SpatialFold.Apply(splice.Old(layer.Weight), layer, to, settings.Correlation));
        splice.Add(layer.Conv with { Window = window.Window }, "shrunk", window.Crop(splice, "crop", layer.Node.Inputs[0]), weight, layer.Bias);
    }

    private static void Stack(ConvolutionLayer layer, ShrinkKernelSettings settings, LayerSplice splice)
    {
        ImmutableArray<ImmutableArray<int>> chain = Chain(layer, settings.To);
        ImmutableArray<int>[] pads = SharePads(layer, chain);
        int middle = Middle(layer), groups = layer.Conv.Groups, rank = layer.Kernel.Length;
        var start = new Lazy<ChainStart>(() => ChainStart.Of(
            SpatialFold.Apply(splice.Old(layer.Weight), layer, chain[0], settings.Correlation), layer.Outputs, middle));
        string value = layer.Node.Inputs[0];
        for (int i = 0; i < chain.Length; i++)
        {
            bool first = i == 0, last = i == chain.Length - 1;
            int inputs = first ? layer.WeightShape.Fixed[1] : middle / groups, outputs = last ? layer.Outputs : middle;
            Shape shape = Kernels(outputs, inputs, chain[i]);
            string weight = splice.Weight($"stack{i + 1}.weight", shape, () => first ? start.Value.First : start.Value.PassOn(shape, last, groups));
            // A batch norm has offsets of its own; without anything between, an offset in the middle would be one too many.
            string bias = last ? layer.Bias : settings.Between == Between.Relu ? splice.Filled($"stack{i + 1}.bias", middle, 0) : "";
            Window window = layer.Conv.Window with
            {
                Kernel = new ValueList<int>(chain[i]),
                Strides = last ? layer.Conv.Window.Strides : new ValueList<int>(Enumerable.Repeat(1, rank)),
                Pads = new ValueList<int>(pads[i]),
                AutoPad = AutoPad.Explicit,
            };
            value = splice.Add(new Conv { Window = window, Groups = groups }, $"stack{i + 1}", value, weight, bias);
            if (!last) value = splice.Activate(settings.Between, $"stack{i + 1}", value, middle);
        }
    }

    /// <summary>The kernel of each link: as many of length <paramref name="to"/> as fit, and what is left at the end.</summary>
    private static ImmutableArray<ImmutableArray<int>> Chain(ConvolutionLayer layer, int to)
    {
        int links = layer.Kernel.Max(k => (k - 1 + to - 2) / (to - 1));
        return [.. Enumerable.Range(0, links).Select(i =>
            layer.Kernel.Select(k => 1 + Math.Clamp(k - 1 - i * (to - 1), 0, to - 1)).ToImmutableArray())];
    }

    /// <summary>Each link is padded by up to half its kernel; what is left goes to the first, so that the sum stays.</summary>
    private static ImmutableArray<int>[] SharePads(ConvolutionLayer layer, ImmutableArray<ImmutableArray<int>> chain)
    {
        int rank = layer.Kernel.Length;
        int[] left = [.. SmallerWindow.Pads(layer)!.Value];
        var shared = new int[chain.Length][];
        for (int i = chain.Length - 1; i >= 0; i--)
        {
            shared[i] = new int[2 * rank];
            for (int p = 0; p < 2 * rank; p++)
            {
                shared[i][p] = i == 0 ? left[p] : Math.Min(left[p], (chain[i][p % rank] - 1) * layer.Dilation(p % rank) / 2);
                left[p] -= shared[i][p];
            }
        }
        return [.. shared.Select(s => s.ToImmutableArray())];
    }

    /// <summary>As many channels as the narrower side has, and at least half of the outputs.</summary>
    private static int Middle(ConvolutionLayer layer) =>
        layer.IsDense ? Math.Max(Math.Min(layer.Inputs, layer.Outputs), (layer.Outputs + 1) / 2) : layer.Outputs;

    private static long ChainWeights(ConvolutionLayer layer, int to)
    {
        ImmutableArray<ImmutableArray<int>> chain = Chain(layer, to);
        int middle = Middle(layer);
        return chain.Select((kernel, i) => Kernels(
            i == chain.Length - 1 ? layer.Outputs : middle, i == 0 ? layer.WeightShape.Fixed[1] : middle / layer.Conv.Groups, kernel).Elements).Sum();
    }

    private static ImmutableArray<int> Small(ConvolutionLayer layer, int to) => [.. layer.Kernel.Select(k => Math.Min(k, to))];

    private static Shape Kernels(int outputs, int inputs, ImmutableArray<int> kernel) => Shape.Of([outputs, inputs, .. kernel]);
}
