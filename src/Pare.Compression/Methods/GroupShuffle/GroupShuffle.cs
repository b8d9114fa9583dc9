using Pare.Compression.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>Dense convolutions become grouped ones; where one follows another, the channels are shuffled between.</summary>
/// <remarks>
/// Zhang et al., "ShuffleNet", arXiv:1707.01083, section 3.1. A shuffle of g groups brings channel b of group a to the place b g + a. So
/// group a of a shuffled convolution makes the old outputs whose number leaves a when divided by g: the order of channels behind the
/// shuffle is the old one, and nothing else has to change. Of the weights those are kept whose input belongs to their group, the
/// least-squares choice for uncorrelated inputs; a weight that is block-diagonal is carried exactly.
/// </remarks>
public sealed class GroupShuffle : ConvolutionRewrite<GroupShuffleSettings>
{
    /// <inheritdoc/>
    public override string Name => "rewrite.group-shuffle";

    /// <inheritdoc/>
    public override string Summary => "turns dense convolutions into grouped ones with shuffled channels between";

    /// <inheritdoc/>
    protected override string Why(GroupShuffleSettings settings) =>
        $": it takes dense convolutions of at least {settings.LeastChannels} input channels, whose inputs and outputs {settings.Groups} divides";

    private protected override bool Fits(Model model, ConvolutionLayer layer, GroupShuffleSettings settings) =>
        layer.IsDense && layer.Inputs >= settings.LeastChannels && layer.Inputs % settings.Groups == 0 && layer.Outputs % settings.Groups == 0;

    private protected override void Replace(ConvolutionLayer layer, GroupShuffleSettings settings, LayerSplice splice, IReadOnlySet<string> rewritten)
    {
        int groups = settings.Groups;
        string bias = layer.Bias;
        // A bias that is computed, or a scalar, stays in its order, and so do the outputs.
        bool shuffled = (bias.Length == 0 || splice.Model.Weights.ContainsKey(bias))
            && (settings.Shuffle == Shuffling.Always || (settings.Shuffle == Shuffling.Between && MeetsAnother(splice.Model, layer.Node, rewritten)));
        string weight = splice.Weight(
            "grouped.weight", Shape.Of([layer.Outputs, layer.Inputs / groups, .. layer.Kernel]),
            () => Blocks(splice.Old(layer.Weight), layer, groups, shuffled));
        if (shuffled && bias.Length > 0) bias = splice.Weight("grouped.bias", Shape.Of(layer.Outputs), () => Reordered(splice.Old(layer.Bias), groups));
        string value = splice.Add(layer.Conv with { Groups = groups }, "grouped", layer.Node.Inputs[0], weight, bias);
        if (shuffled) ChannelShuffle.Add(splice, value, groups, splice.Model.Types[layer.Node.Outputs[0]].Shape);
    }

    // [O, I, T] -> [O, I / g, T]: place p of the outputs belongs to group p / (O / g) and makes the old output OldOutput(p)
    private static float[] Blocks(float[] weight, ConvolutionLayer layer, int groups, bool shuffled)
    {
        int inputs = layer.Inputs / groups, outputs = layer.Outputs / groups, taps = layer.Taps;
        var blocks = new float[layer.Outputs * inputs * taps];
        for (int place = 0; place < layer.Outputs; place++)
        {
            int group = place / outputs, old = shuffled ? OldOutput(place, layer.Outputs, groups) : place;
            weight.AsSpan((old * layer.Inputs + group * inputs) * taps, inputs * taps).CopyTo(blocks.AsSpan(place * inputs * taps));
        }
        return blocks;
    }

    private static float[] Reordered(float[] bias, int groups) => [.. Enumerable.Range(0, bias.Length).Select(p => bias[OldOutput(p, bias.Length, groups)])];

    private static int OldOutput(int place, int outputs, int groups) => place % (outputs / groups) * groups + place / (outputs / groups);

    /// <summary>Whether the output reaches another replaced convolution with no other layer that mixes channels between.</summary>
    private static bool MeetsAnother(Model model, Node node, IReadOnlySet<string> rewritten)
    {
        var view = new ModelView(model);
        var open = new Stack<string>(node.Outputs);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryPop(out string? value))
            foreach (Node reader in view.ReadersOf(value))
            {
                if (rewritten.Contains(reader.Name)) return true;
                if (Mixes(reader) || !seen.Add(reader.Name)) continue;
                foreach (string output in reader.Outputs.Where(o => o.Length > 0)) open.Push(output);
            }
        return false;
    }

    private static bool Mixes(Node node) => node.Operator is Conv { Groups: 1 } or Gemm or MatMul;
}
