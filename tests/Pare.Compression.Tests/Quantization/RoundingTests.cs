using MathNet.Numerics.LinearAlgebra;
using Pare.Compression.Quantization.Rounding;

namespace Pare.Compression.Tests.Quantization;

public class RoundingTests
{
    /// <summary>Correlated inputs, as neighbouring pixels are; targets are what the float weights make of them.</summary>
    internal static RoundingProblem Problem(ulong seed, int rows, int outputs, int depth, int most, double mixing = 0.7, bool diagonal = false)
    {
        var rng = new Rng(seed);
        float[] inputs = new float[rows * depth], weights = new float[outputs * depth], targets = new float[rows * outputs];
        for (int r = 0; r < rows; r++)
        {
            double common = rng.NextNormal();
            for (int k = 0; k < depth; k++)
                inputs[r * depth + k] = diagonal ? (r % depth == k ? 1 + k : 0) : (float)(mixing * common + (1 - mixing) * rng.NextNormal() + 0.3);
        }
        for (int i = 0; i < weights.Length; i++) weights[i] = (float)rng.NextNormal();
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outputs; o++)
                for (int k = 0; k < depth; k++) targets[r * outputs + o] += inputs[r * depth + k] * weights[o * depth + k];
        var scales = new float[weights.Length];
        for (int o = 0; o < outputs; o++) Array.Fill(scales, weights.Skip(o * depth).Take(depth).Max(Math.Abs) / most, o * depth, depth);
        return new RoundingProblem { Outputs = outputs, Depth = depth, Rows = rows, Weights = weights, Scales = scales, Most = most, Inputs = inputs, Targets = targets };
    }

    /// <summary>The least error that any choice of floor or ceiling has, and of all codes.</summary>
    private static (double UpOrDown, double Any) Exhaustive(RoundingProblem p)
    {
        (double upOrDown, double any) = (double.PositiveInfinity, double.PositiveInfinity);
        int levels = 2 * p.Most + 1, count = (int)Math.Pow(levels, p.Depth);
        var codes = new int[p.Depth];
        for (int n = 0; n < count; n++)
        {
            bool near = true;
            for (int k = 0, rest = n; k < p.Depth; k++, rest /= levels)
            {
                codes[k] = rest % levels - p.Most;
                near &= Math.Abs(codes[k] - p.Weights[k] / p.Scales[k]) < 1;
            }
            double error = p.OutputError(codes);
            any = Math.Min(any, error);
            if (near) upOrDown = Math.Min(upOrDown, error);
        }
        return (upOrDown, any);
    }

    /// <summary>The best of twenty local searches among floors and ceilings, each from a random choice: no single change makes it better.</summary>
    private static int[] BestUpOrDown(RoundingProblem p)
    {
        Moments moments = Moments.Of(p, 1);
        var rng = new Rng(8);
        int[] best = new int[p.Weights.Length];
        for (int o = 0; o < p.Outputs; o++)
        {
            double least = double.PositiveInfinity;
            for (int start = 0; start < 20; start++)
            {
                double[] low = [.. Enumerable.Range(0, p.Depth).Select(k => Math.Clamp(Math.Floor(p.Weights[o * p.Depth + k] / p.Scales[o * p.Depth + k]), -p.Most, p.Most - 1))];
                double[] codes = [.. low.Select(c => c + rng.NextInt32(2))];
                double Slope(int k) => Enumerable.Range(0, p.Depth).Sum(j => moments.Products[k * p.Depth + j] * codes[j] * p.Scales[o * p.Depth + j]) - moments.Targets[k * p.Outputs + o];
                for (bool better = true; better;)
                {
                    better = false;
                    for (int k = 0; k < p.Depth; k++)
                    {
                        double other = 2 * low[k] + 1 - codes[k], step = (other - codes[k]) * p.Scales[o * p.Depth + k];
                        if (2 * step * Slope(k) + step * step * moments.Products[k * p.Depth + k] > -1e-9) continue;
                        (codes[k], better) = (other, true);
                    }
                }
                double error = Enumerable.Range(0, p.Depth).Sum(k => codes[k] * p.Scales[o * p.Depth + k] * (Slope(k) - moments.Targets[k * p.Outputs + o]));
                if (error >= least) continue;
                least = error;
                for (int k = 0; k < p.Depth; k++) best[o * p.Depth + k] = (int)codes[k];
            }
        }
        return best;
    }

    private static int[] AdaRounded(RoundingProblem p, int steps = 1500, int threads = 1) => AdaRound.Round(p, new AdaRoundSettings(steps), new Rng(1), threads, CancellationToken.None);

    private static int[] Gptqed(RoundingProblem p, int threads = 1) => Gptq.Round(p, threads, CancellationToken.None);

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Round_Correlated_BothBeatNearestByFar(int seed)
    {
        RoundingProblem p = Problem((ulong)seed, rows: 300, outputs: 8, depth: 24, most: 3);
        double nearest = p.OutputError(p.Nearest());
        // Up or down is less to choose from than any code: where the best choice itself does not halve the error, AdaRound must come near that.
        p.OutputError(AdaRounded(p)).ShouldBeLessThan(Math.Max(0.5 * nearest, 1.1 * p.OutputError(BestUpOrDown(p))));
        p.OutputError(Gptqed(p)).ShouldBeLessThan(0.5 * nearest);
    }

    [Theory, InlineData(11), InlineData(12), InlineData(13), InlineData(14)]
    public void Round_Tiny_IsNearTheBestOfAll(int seed)
    {
        RoundingProblem p = Problem((ulong)seed, rows: 60, outputs: 1, depth: 6, most: 2);
        (double upOrDown, double any) = Exhaustive(p);
        double nearest = p.OutputError(p.Nearest()), learned = p.OutputError(AdaRounded(p)), second = p.OutputError(Gptqed(p));
        any.ShouldBeLessThanOrEqualTo(upOrDown);
        learned.ShouldBeGreaterThanOrEqualTo(upOrDown * 0.9999);
        second.ShouldBeGreaterThanOrEqualTo(any * 0.9999);
        (learned - upOrDown).ShouldBeLessThanOrEqualTo(0.35 * Math.Max(0, nearest - upOrDown) + 1e-9);
        second.ShouldBeLessThanOrEqualTo(nearest * 1.0001);
    }

    [Fact]
    public void Gptq_DiagonalHessian_IsNearest()
    {
        RoundingProblem p = Problem(3, rows: 64, outputs: 5, depth: 8, most: 7, diagonal: true);
        Gptqed(p).ShouldBe(p.Nearest());
    }

    [Fact]
    public void Gptq_OtherInputsThanTheFloatNetworks_MakesUpForTheDifference()
    {
        RoundingProblem p = Problem(4, rows: 400, outputs: 4, depth: 12, most: 7);
        // The quantized network's inputs are 10 % too small: weights must grow.
        p = p with { Inputs = [.. p.Inputs.Select(x => 0.9f * x)], Scales = [.. p.Scales.Select(s => 1.2f * s)] };
        p.OutputError(Gptqed(p)).ShouldBeLessThan(0.25 * p.OutputError(p.Nearest()));
    }

    [Fact]
    public void Round_Pruned_KeepsZeros()
    {
        RoundingProblem p = Problem(5, rows: 200, outputs: 6, depth: 20, most: 3);
        bool[] kept = [.. Enumerable.Range(0, p.Weights.Length).Select(i => i % 3 != 0)];
        p = p with { Kept = kept, Weights = [.. p.Weights.Select((w, i) => kept[i] ? w : 0)] };
        foreach (int[] codes in new[] { p.Nearest(), AdaRounded(p, 200), Gptqed(p), SequentialScales.Choose(p, new int[p.Weights.Length], 1, CancellationToken.None).Codes })
            for (int i = 0; i < codes.Length; i++)
                if (!kept[i]) codes[i].ShouldBe(0);
    }

    [Fact]
    public void Round_AnyMethod_StaysWithinTheCodes()
    {
        RoundingProblem p = Problem(6, rows: 100, outputs: 4, depth: 16, most: 1);
        foreach (int[] codes in new[] { p.Nearest(), AdaRounded(p, 300), Gptqed(p) }) codes.ShouldAllBe(c => c >= -1 && c <= 1);
    }

    [Fact]
    public void AdaRound_Rectifier_LearnsWhatComesThrough()
    {
        RoundingProblem p = Problem(7, rows: 400, outputs: 6, depth: 18, most: 3) with { Low = 0 };
        p.OutputError(AdaRounded(p)).ShouldBeLessThan(0.5 * p.OutputError(p.Nearest()));
    }

    [Theory, InlineData(60, 8), InlineData(700, 64)]
    public void Round_OtherThreads_SameCodes(int rows, int depth)
    {
        RoundingProblem p = Problem(8, rows, outputs: 20, depth, most: 7);
        AdaRounded(p, 60, threads: 3).ShouldBe(AdaRounded(p, 60));
        Gptqed(p, 3).ShouldBe(Gptqed(p));
        int[] groups = [.. Enumerable.Range(0, p.Weights.Length).Select(i => i / depth)];
        SequentialScales.Choose(p, groups, 3, CancellationToken.None).Scales.ShouldBe(SequentialScales.Choose(p, groups, 1, CancellationToken.None).Scales);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void SequentialScales_ChannelOrTensor_NeverWorse(bool tensor)
    {
        RoundingProblem p = Problem(9, rows: 300, outputs: 6, depth: 16, most: 3);
        if (tensor) p = p with { Scales = [.. p.Scales.Select(_ => p.Scales.Max())] };
        int[] groups = [.. Enumerable.Range(0, p.Weights.Length).Select(i => tensor ? 0 : i / p.Depth)];
        (int[] codes, float[] scales) = SequentialScales.Choose(p, groups, 1, CancellationToken.None);
        (p with { Scales = scales }).OutputError(codes).ShouldBeLessThan(0.95 * p.OutputError(p.Nearest()));
        scales.Zip(groups).GroupBy(x => x.Second).ShouldAllBe(g => g.Select(x => x.First).Distinct().Count() == 1);
    }

    [Fact]
    public void MeanErrors_OfCodes_AreWhatABiasTakesUp()
    {
        RoundingProblem p = Problem(10, rows: 250, outputs: 5, depth: 9, most: 3);
        int[] codes = p.Nearest();
        float[] bias = [.. p.MeanErrors(codes).Select(e => (float)e)];
        (p with { Bias = bias }).MeanErrors(codes).ShouldAllBe(e => Math.Abs(e) < 1e-5);
        (p with { Bias = bias }).OutputError(codes).ShouldBeLessThan(p.OutputError(codes));
    }

    [Theory, InlineData(1), InlineData(7), InlineData(30)]
    public void InverseUpper_RandomMatrix_IsTheFactorOfItsInverse(int n)
    {
        RoundingProblem p = Problem(12, rows: 4 * n + 4, outputs: 1, depth: n, most: 3, mixing: 0.3);
        double[] matrix = Moments.Of(p, 1).Products;
        for (int i = 0; i < n; i++) matrix[i * n + i] += 0.1;
        double[] upper = Gptq.InverseUpper(Matrix<double>.Build.Dense(n, n, [.. matrix]));
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                // (U'U) A = I
                double sum = 0;
                for (int a = 0; a < n; a++)
                    for (int k = 0; k < n; k++) sum += upper[k * n + i] * upper[k * n + a] * matrix[a * n + j];
                sum.ShouldBe(i == j ? 1 : 0, 1e-6);
            }
    }

    [Fact]
    public void Moments_PlannedAndPlain_Agree()
    {
        RoundingProblem large = Problem(13, rows: 3000, outputs: 16, depth: 40, most: 7) with { Bias = [.. Enumerable.Range(0, 16).Select(i => i * 0.1f)] };
        RoundingProblem small = large with { Rows = 500 };
        Moments found = Moments.Of(large, 2);
        for (int i = 0; i < 40; i += 7)
            for (int j = 0; j < 40; j += 5)
                found.Products[i * 40 + j].ShouldBe(Enumerable.Range(0, 3000).Sum(r => (double)large.Inputs[r * 40 + i] * large.Inputs[r * 40 + j]) / 3000, 1e-4);
        for (int o = 0; o < 16; o += 3)
            found.Targets[5 * 16 + o].ShouldBe(Enumerable.Range(0, 3000).Sum(r => (double)large.Inputs[r * 40 + 5] * (large.Targets[r * 16 + o] - o * 0.1)) / 3000, 1e-3);
        Moments.Of(small, 1).Products.Length.ShouldBe(1600);
    }
}
