using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Operators;

namespace Pare.Compression.Quantization;

/// <summary>Notices samples that are not what the network was trained on, by what its first batch normalization saw in training.</summary>
internal static class InputCheck
{
    private const int Samples = 64;
    private const double MostRatio = 16, MostShift = 4;

    /// <summary>What is wrong, or null.</summary>
    public static string? Fault(Model model, ActivationWalk walk, CancellationToken cancel)
    {
        if (model.Nodes.FirstOrDefault(n => n.Operator is BatchNormalization) is not { } norm || norm.Inputs.Length < 5) return null;
        if (model.Producer(norm.Inputs[0]) is null || !model.Weights.TryGetValue(norm.Inputs[3], out WeightEncoding? means) || !model.Weights.TryGetValue(norm.Inputs[4], out WeightEncoding? variances)) return null;
        (float[] mean, float[] variance) = (means.ToArray(), variances.ToArray());
        (double[] sum, double[] squares, long count) = (new double[mean.Length], new double[mean.Length], 0);
        var few = walk with { Data = walk.Data.Slice(0, Math.Min(Samples, walk.Data.Count)) };
        few.Run(model, [norm.Inputs[0]], probe =>
        {
            Tensor x = probe[norm.Inputs[0]];
            if (x.Shape.Rank < 2 || x.Dims[1] != mean.Length) return;
            AxisSlices slices = AxisSlices.Of(x.Shape, 1);
            for (int row = 0; row < slices.Outer * slices.Length; row++)
                foreach (float v in x.Floats.Slice(row * slices.Inner, slices.Inner))
                {
                    sum[row % mean.Length] += v;
                    squares[row % mean.Length] += (double)v * v;
                }
            count += (long)slices.Outer * slices.Inner;
        }, cancel);
        if (count == 0) return null;
        double seen = 0, trained = 0, shift = 0;
        for (int c = 0; c < mean.Length; c++)
        {
            double m = sum[c] / count;
            seen += squares[c] / count - m * m;
            trained += variance[c];
            shift += (m - mean[c]) * (m - mean[c]);
        }
        double ratio = seen / Math.Max(trained, 1e-30);
        if (ratio is <= MostRatio and >= 1 / MostRatio && shift <= MostShift * MostShift * Math.Max(trained, 1e-30)) return null;
        InputRange range = walk.Preprocessing.RangeOf(walk.Data);
        return FormattableString.Invariant(
            $"calibration: the samples do not look like those of the training: before '{norm.Name}' they spread {Math.Sqrt(ratio):G3} times as wide, off by {Math.Sqrt(shift / Math.Max(trained, 1e-30)):G2} spreads. Inputs are {range} after preprocessing (0..255 where 0..1 was trained?): check --scale, --mean and --std");
    }
}
