using Pare.Compression.Training.Optimizers;

namespace Pare.Compression.Tests.Training.Optimizers;

public class AdamTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(19, false)]
    [InlineData(64, true)]
    public void Update_ManySteps_FollowsThePaperInDoublePrecision(int length, bool decoupled)
    {
        var rng = new Rng(3);
        float[] w = SgdTests.Numbers(rng, length), m = new float[length], v = new float[length];
        double[] x = [.. w.Select(f => (double)f)], m2 = new double[length], v2 = new double[length];
        var adam = new Adam(0.9f, 0.999f, 1e-8f, decoupled);
        for (int t = 1; t <= 20; t++)
        {
            float[] g = SgdTests.Numbers(rng, length);
            adam.Update(w, g, m, v, new OptimizerStep(0.01f, 0.1f, 1, t));
            for (int i = 0; i < length; i++)
            {
                double gradient = g[i] + (decoupled ? 0 : 0.1 * x[i]);
                m2[i] = 0.9 * m2[i] + 0.1 * gradient;
                v2[i] = 0.999 * v2[i] + 0.001 * gradient * gradient;
                double move = 0.01 * (m2[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v2[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
                x[i] = x[i] * (decoupled ? 1 - 0.01 * 0.1 : 1) - move;
            }
        }
        for (int i = 0; i < length; i++) ((double)w[i]).ShouldBe(x[i], 1e-4);
    }

    [Fact]
    public void Update_VectorAndTail_GiveTheSameBits()
    {
        float[] w = new float[37], g = new float[37], m = new float[37], v = new float[37];
        w.AsSpan().Fill(0.3f);
        g.AsSpan().Fill(-0.7f);
        var adam = new Adam(0.9f, 0.999f, 1e-8f, decoupled: true);
        for (int t = 1; t < 5; t++) adam.Update(w, g, m, v, new OptimizerStep(0.01f, 0.1f, 0.9f, t));
        w.ShouldAllBe(x => x == w[36]);
    }
}
