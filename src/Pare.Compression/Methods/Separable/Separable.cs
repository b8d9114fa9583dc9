using Pare.Compression.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>A dense convolution becomes a depthwise one, which looks around in each channel, and a pointwise one, which mixes channels.</summary>
/// <remarks>
/// Howard et al., "MobileNets", arXiv:1704.04861. Carried over by the nearest matrix of rank <see cref="SeparableSettings.Multiplier"/>
/// of each input channel's [outputs, taps] slice: kernels of that form are carried exactly. Strides, pads and dilations go to the depthwise part.
/// </remarks>
public sealed class Separable : ConvolutionRewrite<SeparableSettings>
{
    /// <inheritdoc/>
    public override string Name => "rewrite.separable";

    /// <inheritdoc/>
    public override string Summary => "turns dense convolutions into depthwise and pointwise ones";

    /// <inheritdoc/>
    protected override string Why(SeparableSettings settings) =>
        $": it takes dense convolutions of kernels larger than 1 x 1, of at least {settings.LeastChannels} input channels, that get smaller by it";

    private protected override bool Fits(Model model, ConvolutionLayer layer, SeparableSettings settings) =>
        layer.IsDense && layer.Inputs >= settings.LeastChannels
        && (long)layer.Inputs * settings.Multiplier * (layer.Taps + layer.Outputs) < layer.WeightShape.Elements;

    private protected override void Replace(ConvolutionLayer layer, SeparableSettings settings, LayerSplice splice, IReadOnlySet<string> rewritten)
    {
        int inputs = layer.Inputs, outputs = layer.Outputs, middle = inputs * settings.Multiplier, rank = layer.Kernel.Length;
        var parts = new Lazy<(float[] Depthwise, float[] Pointwise)>(() => Split(splice.Old(layer.Weight), outputs, inputs, layer.Taps, settings.Multiplier));
        string depthwise = splice.Weight("depthwise.weight", Shape.Of([middle, 1, .. layer.Kernel]), () => parts.Value.Depthwise);
        string offset = settings.Between == Between.Relu ? splice.Filled("depthwise.bias", middle, 0) : "";
        Window window = layer.Conv.Window with { Kernel = new ValueList<int>(layer.Kernel) };
        string value = splice.Add(new Conv { Window = window, Groups = inputs }, "depthwise", layer.Node.Inputs[0], depthwise, offset);
        value = splice.Activate(settings.Between, "depthwise", value, middle);
        int[] ones = [.. Enumerable.Repeat(1, rank)];
        string pointwise = splice.Weight("pointwise.weight", Shape.Of([outputs, middle, .. ones]), () => parts.Value.Pointwise);
        splice.Add(new Conv { Window = new Window(new ValueList<int>(ones)) }, "pointwise", value, pointwise, layer.Bias);
    }

    // weight [O, I, T] -> depthwise [I m, T], pointwise [O, I m]: weight[o, i, t] ~ sum over r of pointwise[o, i m + r] depthwise[i m + r, t]
    private static (float[] Depthwise, float[] Pointwise) Split(float[] weight, int outputs, int inputs, int taps, int multiplier)
    {
        var depthwise = new float[inputs * multiplier * taps];
        var pointwise = new float[outputs * inputs * multiplier];
        var slice = new double[taps * outputs];
        for (int i = 0; i < inputs; i++)
        {
            for (int o = 0; o < outputs; o++)
                for (int t = 0; t < taps; t++) slice[t * outputs + o] = weight[(o * inputs + i) * taps + t];
            double[] vectors = Leading.Vectors(Leading.Gram(slice, taps), taps, multiplier);
            for (int r = 0; r < multiplier; r++)
            {
                ReadOnlySpan<double> kernel = vectors.AsSpan(r * taps, taps);
                double[] mix = new double[outputs];
                for (int t = 0; t < taps; t++)
                    for (int o = 0; o < outputs; o++) mix[o] += kernel[t] * slice[t * outputs + o];
                // Both parts get the same length, so that both learn at the same pace; a channel that nobody reads keeps a kernel to learn from.
                double length = Math.Sqrt(mix.Sum(m => m * m)), root = length > 0 ? Math.Sqrt(length) : 1;
                for (int t = 0; t < taps; t++) depthwise[(i * multiplier + r) * taps + t] = (float)(kernel[t] * root);
                for (int o = 0; o < outputs; o++) pointwise[o * inputs * multiplier + i * multiplier + r] = (float)(mix[o] / root);
            }
        }
        return (depthwise, pointwise);
    }
}
