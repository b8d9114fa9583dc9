using MathNet.Numerics.Distributions;
using Pare.Operators;

namespace Pare.Compression.Quantization;

/// <summary>Carries means and variances of channels through a network, from its batch normalizations and the range of its input, without any data.</summary>
/// <remarks>
/// Behind a batch normalization channel c has the mean beta[c] and the deviation |gamma[c]|; elsewhere they follow from what goes in, as if it were
/// independent and normal. After Nagel et al., "Data-free quantization through weight equalization and bias correction", ICCV 2019, sections 4.2 and 5.
/// </remarks>
internal sealed class StatisticalRanges
{
    private const int Points = 129;
    private static readonly double[] StandardNormal = Quantiles();

    private readonly Model _model;
    private readonly double _deviations;
    private readonly Dictionary<string, ChannelMoments> _known = new(StringComparer.Ordinal);

    /// <summary>Carries them through the model.</summary>
    /// <param name="model">The model with its batch normalizations.</param>
    /// <param name="input">The range of its inputs.</param>
    /// <param name="deviations">How many deviations a range reaches to both sides of the mean.</param>
    /// <exception cref="RecipeException">An operator has no rule.</exception>
    public StatisticalRanges(Model model, ActivationRange input, double deviations)
    {
        (_model, _deviations) = (model, deviations);
        double mean = ((double)input.Low + input.High) / 2, width = (double)input.High - input.Low;
        foreach ((string name, TensorType type) in model.Inputs)
            _known[name] = ChannelMoments.Of(Channels(type.Shape), _ => (mean, width * width / 12, input.Low, input.High));
        foreach (Node node in model.Nodes)
        {
            if (!node.Inputs.Any(_known.ContainsKey)) continue;
            ChannelMoments? result = Through(node);
            foreach (string output in node.Outputs.Where(o => o.Length > 0 && result is not null)) _known[output] = result!.Channels == Channels(model.Types[output].Shape) ? result : result.Mixed(Channels(model.Types[output].Shape));
        }
    }

    /// <summary>The moments of a value, or null where nothing says them.</summary>
    public ChannelMoments? this[string value] => _known.GetValueOrDefault(value);

    private static int Channels(Shape shape) => shape.Rank > 1 && shape[1].IsKnown ? (int)shape[1].Value : 1;

    private ChannelMoments? Through(Node node)
    {
        ChannelMoments? x = _known.GetValueOrDefault(node.Inputs[0]);
        ChannelMoments[] all = [.. node.Inputs.Where(_known.ContainsKey).Select(i => _known[i])];
        switch (node.Operator)
        {
            case BatchNormalization when x is not null:
                double[] beta = Floats(node.Inputs[2]), gamma = Floats(node.Inputs[1]);
                return ChannelMoments.About(beta, [.. gamma.Select(g => g * g)], _deviations);
            case Conv conv when x is not null && _model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? weight):
                return Product(x, weight.ToArray(), weight.Shape.Fixed[0], 1, weight.Length / weight.Shape.Fixed[0], conv.Groups, node.Input(2));
            case Gemm { TransA: false } gemm when x is not null && _model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? weight):
                (int outputs, int inputs) = gemm.TransB ? (weight.Shape.Fixed[0], weight.Shape.Fixed[1]) : (weight.Shape.Fixed[1], weight.Shape.Fixed[0]);
                return Product(x.Channels == inputs ? x : x.Mixed(inputs), weight.ToArray(), outputs, gemm.TransB ? 1 : outputs, inputs, 1, node.Input(2));
            case Unary or Clip when x is not null:
                return Function(node, x);
            case Binary { Name: "Add" or "Sub" or "Mul" } or Variadic { Name: "Sum" }:
                return all.Length == node.Inputs.Length ? Combined(node.Operator.Name, all) : null;
            case Concat concat when all.Length == node.Inputs.Length:
                return concat.Axis == 1 ? ChannelMoments.Joined(all) : ChannelMoments.Joined(all).Mixed(all[0].Channels);
            case GlobalAveragePool or Reduction { Name: "ReduceMean" } when x is not null:
                return ChannelMoments.Of(x.Channels, c => (x.Mean[c], x.Variance[c] / 4, x.Low[c], x.High[c]));
            case Reshape or Flatten when x is not null && Spread(node, x) is { } times:
                return x.Repeated(times);
            case Softmax { Log: false }:
                return ChannelMoments.Of(all[0].Channels, c => (0.5, 0.1, 0, 1));
            case AveragePool or MaxPool or GlobalMaxPool or LocalResponseNormalization or Identity or Dropout or DepthToSpace or SpaceToDepth or Squeeze or Unsqueeze or Resize:
                return x;
            case Reshape or Flatten or Transpose or Slice or Split or Pad or Gather or Expand or Tile when x is not null:
                return x.Mixed(x.Channels);
            default:
                return null;
        }
    }

    // mean[o] = sum w mean + b, variance[o] = sum w^2 variance; element (o, k) of w stands at o * row + k * step where step is the distance within a row
    private ChannelMoments Product(ChannelMoments x, float[] w, int outputs, int step, int inner, int groups, string bias)
    {
        (double[] mean, double[] variance) = (new double[outputs], new double[outputs]);
        double[] b = bias.Length > 0 && _model.Weights.ContainsKey(bias) ? Floats(bias) : [0];
        int row = step == 1 ? inner : 1, perGroup = x.Channels / groups, window = Math.Max(1, inner / Math.Max(1, perGroup));
        for (int o = 0; o < outputs; o++)
        {
            mean[o] = b[b.Length == 1 ? 0 : o];
            int first = o / (outputs / groups) * perGroup;
            for (int k = 0; k < inner; k++)
            {
                double weight = w[o * row + k * step];
                int c = Math.Min(x.Channels - 1, first + k / window);
                mean[o] += weight * x.Mean[c];
                variance[o] += weight * weight * x.Variance[c];
            }
        }
        return ChannelMoments.About(mean, variance, _deviations);
    }

    // The operator's own definition on numbers of a normal distribution, and over its range.
    private ChannelMoments Function(Node node, ChannelMoments x) => ChannelMoments.Of(x.Channels, c =>
    {
        double deviation = Math.Sqrt(x.Variance[c]);
        float[] at = [.. StandardNormal.Select(t => (float)(x.Mean[c] + deviation * t)), .. Enumerable.Range(0, Points).Select(i => (float)(x.Low[c] + (x.High[c] - x.Low[c]) * i / (Points - 1)))];
        float[] y = Evaluate(node, at);
        double mean = y.Take(Points).Average(v => (double)v);
        return (mean, y.Take(Points).Average(v => (v - mean) * (v - mean)), y.Skip(Points).Min(), y.Skip(Points).Max());
    });

    private float[] Evaluate(Node node, float[] at)
    {
        Tensor x = Tensor.Vector<float>(at), y = new(DType.F32, x.Shape);
        node.Operator.Evaluate([x, .. node.Inputs.Skip(1).Select(i => _model.Constants.GetValueOrDefault(i))], [y]);
        return y.Floats.ToArray();
    }

    private ChannelMoments Combined(string name, ChannelMoments[] all)
    {
        int channels = all.Max(a => a.Channels);
        all = [.. all.Select(a => a.Channels == channels ? a : a.Mixed(channels))];
        return all.Skip(1).Aggregate(all[0], (a, b) => ChannelMoments.Of(channels, c => name == "Mul" ? Times(a, b, c) : Plus(a, b, c, name == "Sub" ? -1 : 1)));
    }

    private (double, double, double, double) Plus(ChannelMoments a, ChannelMoments b, int c, int sign)
    {
        double mean = a.Mean[c] + sign * b.Mean[c], variance = a.Variance[c] + b.Variance[c], reach = _deviations * Math.Sqrt(variance);
        (double low, double high) = sign > 0 ? (a.Low[c] + b.Low[c], a.High[c] + b.High[c]) : (a.Low[c] - b.High[c], a.High[c] - b.Low[c]);
        return (mean, variance, Math.Max(low, mean - reach), Math.Min(high, mean + reach));
    }

    private static (double, double, double, double) Times(ChannelMoments a, ChannelMoments b, int c)
    {
        double[] ends = [a.Low[c] * b.Low[c], a.Low[c] * b.High[c], a.High[c] * b.Low[c], a.High[c] * b.High[c]];
        double variance = a.Variance[c] * b.Variance[c] + a.Variance[c] * b.Mean[c] * b.Mean[c] + b.Variance[c] * a.Mean[c] * a.Mean[c];
        return (a.Mean[c] * b.Mean[c], variance, ends.Min(), ends.Max());
    }

    // How many numbers a channel becomes where [N, C, ...] is flattened to [N, C * ...].
    private int? Spread(Node node, ChannelMoments x)
    {
        Shape from = _model.Types[node.Inputs[0]].Shape, to = _model.Types[node.Outputs[0]].Shape;
        if (from.Rank < 2 || to.Rank != 2 || !from[0].Equals(to[0]) || !to[1].IsKnown) return null;
        return to[1].Value % x.Channels == 0 ? (int)(to[1].Value / x.Channels) : null;
    }

    private double[] Floats(string name) => [.. _model.Weights[name].ToArray().Select(v => (double)v)];

    // Middles of equally likely parts of the standard normal distribution.
    private static double[] Quantiles() => [.. Enumerable.Range(0, Points).Select(i => Normal.InvCDF(0, 1, (i + 0.5) / Points))];
}
