using System.Collections.Immutable;
using System.Numerics;
using Pare.Compression.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>A fully connected head becomes a mean over all positions and one small fully connected layer, with convolutions before if wished.</summary>
/// <remarks>
/// Lin, Chen, Yan, "Network in Network", ICLR 2014, section 3.2. Without convolutions the new layer is what the old ones do together,
/// activations left out, to features that are the same at all positions: the sum over positions of their product. Convolutions start
/// at random (He et al., ICCV 2015), so a head with them has to be trained.
/// </remarks>
public sealed class GlobalPoolHead : GraphRewrite<GlobalPoolHeadSettings>
{
    private const int LeastHidden = 48;
    private const int ShareThatPays = 4;

    /// <inheritdoc/>
    public override string Name => "rewrite.global-pool-head";

    /// <inheritdoc/>
    public override string Summary => "turns a fully connected head into global average pooling and one small layer";

    /// <inheritdoc/>
    protected override string Why(GlobalPoolHeadSettings settings) =>
        ": it takes fully connected layers behind a flattened feature map, where they get smaller by it";

    /// <inheritdoc/>
    protected override ImmutableArray<RewriteSite> Sites(Model model, GlobalPoolHeadSettings settings) =>
        [.. FullyConnectedHead.All(model).Where(h => Fits(model, h, settings)).Select(h => new RewriteSite(
            [.. h.Layers.Select(l => l.Weight)],
            $"{h.Layers.Length} fully connected layer{(h.Layers.Length > 1 ? "s" : "")} on {model.Types[h.Feature].Shape}"))];

    /// <inheritdoc/>
    protected override Model Rewrite(
        Model model, ImmutableArray<RewriteSite> sites, Layers where, GlobalPoolHeadSettings settings, NewWeight weight, CompressionContext context, CancellationToken cancel)
    {
        Dictionary<string, FullyConnectedHead> heads = FullyConnectedHead.All(model).ToDictionary(h => h.Layers[0].Weight, StringComparer.Ordinal);
        var editor = new ModelEditor(model);
        foreach (RewriteSite site in sites)
        {
            cancel.ThrowIfCancellationRequested();
            FullyConnectedHead head = heads[site.Layers[0]];
            var splice = new LayerSplice(model, editor, head.Last, "", weight);
            Replace(model, head, SettingsOf(site, where), splice, context);
            splice.Close();
        }
        editor.RemoveUnused();
        return editor.Build();
    }

    private static bool Fits(Model model, FullyConnectedHead head, GlobalPoolHeadSettings settings)
    {
        Shape feature = model.Types[head.Feature].Shape;
        bool spread = feature.Skip(2).Any(d => !d.IsKnown || d.Constant > 1);
        return feature[1].IsKnown && spread && Parameters(model, head, Hidden(model, head, settings), settings) < head.Parameters(model);
    }

    private static int Hidden(Model model, FullyConnectedHead head, GlobalPoolHeadSettings settings)
    {
        if (settings.Hidden is { } given) return given;
        int classes = head.Layers[^1].Outputs(model), hidden = classes <= LeastHidden ? LeastHidden : (int)BitOperations.RoundUpToPowerOf2((uint)classes);
        return Parameters(model, head, hidden, settings) * ShareThatPays <= head.Parameters(model) ? hidden : 0;
    }

    private static long Parameters(Model model, FullyConnectedHead head, int hidden, GlobalPoolHeadSettings settings)
    {
        Shape feature = model.Types[head.Feature].Shape;
        long channels = feature[1].Constant, classes = head.Layers[^1].Outputs(model), sum = 0;
        for (int i = 0; i < settings.Depth && hidden > 0; i++)
        {
            sum += channels * hidden * (long)Math.Pow(settings.Kernel, feature.Rank - 2) + hidden;
            channels = hidden;
        }
        return sum + channels * classes + classes;
    }

    private static void Replace(Model model, FullyConnectedHead head, GlobalPoolHeadSettings settings, LayerSplice splice, CompressionContext context)
    {
        Shape feature = model.Types[head.Feature].Shape;
        int channels = (int)feature[1].Constant, hidden = Hidden(model, head, settings), axes = feature.Rank - 2;
        FullyConnectedLayer first = head.Layers[0], last = head.Layers[^1];
        string name = NameOf(model, first), value = head.Feature;
        splice.Under(first.Node.Name, name);
        for (int i = 1; i <= settings.Depth && hidden > 0; i++)
        {
            string suffix = settings.Depth == 1 ? "conv" : $"conv{i}";
            value = Convolve(splice, settings, suffix, value, channels, hidden, axes, context.Rng($"{name}.{suffix}"));
            channels = hidden;
        }
        value = splice.Add(new Flatten { Axis = 1 }, "flat", splice.Add(new GlobalAveragePool(), "pool", value));

        int inputs = channels, classes = last.Outputs(model);
        string lastName = NameOf(model, last);
        splice.Under(last.Node.Name, lastName);
        var together = new Lazy<(float[] Weight, float[] Bias)>(() => Together(model, head, inputs));
        string weight = splice.Weight("pooled.weight", Shape.Of(classes, inputs), () => hidden == 0
            ? together.Value.Weight
            : Random(context.Rng($"{lastName}.pooled"), classes * inputs, inputs));
        string bias = splice.Weight("pooled.bias", Shape.Of(classes), () => hidden == 0 ? together.Value.Bias : new float[classes]);
        splice.Add(new Gemm { TransB = true }, "pooled", value, weight, bias);
    }

    private static string Convolve(
        LayerSplice splice, GlobalPoolHeadSettings settings, string suffix, string value, int inputs, int outputs, int axes, Rng rng)
    {
        int[] kernel = [.. Enumerable.Repeat(settings.Kernel, axes)];
        int taps = kernel.Aggregate(1, (a, b) => a * b);
        string weight = splice.Weight($"{suffix}.weight", Shape.Of([outputs, inputs, .. kernel]), () => Random(rng, outputs * inputs * taps, inputs * taps));
        string bias = settings.Activation is Between.BatchNorm or Between.BatchNormRelu ? "" : splice.Filled($"{suffix}.bias", outputs, 0);
        var window = new Window(
            new ValueList<int>(kernel), Pads: new ValueList<int>([.. kernel.Select(k => (k - 1) / 2), .. kernel.Select(k => k / 2)]));
        return splice.Activate(settings.Activation, suffix, splice.Add(new Conv { Window = window }, suffix, value, weight, bias), outputs);
    }

    private static float[] Random(Rng rng, int count, int fanIn)
    {
        double limit = Math.Sqrt(6.0 / fanIn);
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)((2 * rng.NextDouble() - 1) * limit);
        return values;
    }

    /// <summary>What all layers do together to features that are the same everywhere: [classes, channels] and [classes].</summary>
    private static (float[] Weight, float[] Bias) Together(Model model, FullyConnectedHead head, int channels)
    {
        int rows = head.Layers[0].Outputs(model);
        double[] first = head.Layers[0].Matrix(model), weight = new double[rows * channels], bias = BiasOf(model, head.Layers[0], rows);
        int columns = first.Length / rows, positions = columns / channels;
        for (int r = 0; r < rows; r++)
            for (int j = 0; j < columns; j++) weight[r * channels + (head.ChannelsLast ? j % channels : j / positions)] += first[r * columns + j];
        foreach (FullyConnectedLayer layer in head.Layers.Skip(1))
        {
            int outputs = layer.Outputs(model);
            double[] matrix = layer.Matrix(model);
            weight = Product(matrix, weight, outputs, rows, channels);
            double[] carried = Product(matrix, bias, outputs, rows, 1), own = BiasOf(model, layer, outputs);
            bias = [.. carried.Zip(own, (a, b) => a + b)];
            rows = outputs;
        }
        return (Array.ConvertAll(weight, v => (float)v), Array.ConvertAll(bias, v => (float)v));
    }

    private static double[] BiasOf(Model model, FullyConnectedLayer layer, int outputs)
    {
        if (layer.Bias.Length == 0) return new double[outputs];
        float[] values = model.Weights[layer.Bias].ToArray();
        return [.. Enumerable.Range(0, outputs).Select(o => layer.Beta * (double)values[values.Length == 1 ? 0 : o])];
    }

    // [m, k] [k, n]
    private static double[] Product(double[] left, double[] right, int m, int k, int n)
    {
        var product = new double[m * n];
        for (int i = 0; i < m; i++)
            for (int p = 0; p < k; p++)
                for (int j = 0; j < n; j++) product[i * n + j] += left[i * k + p] * right[p * n + j];
        return product;
    }

    private static string NameOf(Model model, FullyConnectedLayer layer) => new Layer(layer.Weight, [layer.Node], 0, model.Weights[layer.Weight].Shape).Name;
}
