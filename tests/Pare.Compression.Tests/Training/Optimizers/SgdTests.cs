using Pare.Compression.Training.Optimizers;

namespace Pare.Compression.Tests.Training.Optimizers;

public class SgdTests
{
    public static TheoryData<int, bool, bool> Cases()
    {
        var cases = new TheoryData<int, bool, bool>();
        foreach (int length in (int[])[0, 1, 7, 16, 33, 67])
            foreach (bool nesterov in (bool[])[false, true])
                foreach (bool decoupled in (bool[])[false, true])
                    cases.Add(length, nesterov, decoupled);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Update_AnyLength_IsTheScalarFormulaBitForBit(int length, bool nesterov, bool decoupled)
    {
        var rng = new Rng(1, (ulong)length);
        float[] w = Numbers(rng, length), g = Numbers(rng, length), v = Numbers(rng, length);
        float[] expected = [.. w], velocity = [.. v];
        var step = new OptimizerStep(0.1f, 0.01f, 0.5f, 3);
        for (int i = 0; i < length; i++)
        {
            float gradient = g[i] * step.GradientFactor + expected[i] * (decoupled ? 0 : step.Decay);
            velocity[i] = velocity[i] * 0.9f + gradient;
            float move = nesterov ? gradient + velocity[i] * 0.9f : velocity[i];
            expected[i] = expected[i] * (decoupled ? 1 - step.Rate * step.Decay : 1) - move * step.Rate;
        }
        new Sgd(0.9f, nesterov, decoupled).Update(w, g, v, [], step);
        w.ShouldBe(expected);
        v.ShouldBe(velocity);
    }

    [Fact]
    public void Update_InTwoPieces_GivesTheSameBits()
    {
        var rng = new Rng(2);
        float[] w = Numbers(rng, 100), g = Numbers(rng, 100), v = new float[100], w2 = [.. w], v2 = new float[100];
        var sgd = new Sgd(0.9f, nesterov: true, decoupled: false);
        var step = new OptimizerStep(0.1f, 0.01f, 1, 1);
        sgd.Update(w, g, v, [], step);
        sgd.Update(w2.AsSpan(0, 37), g.AsSpan(0, 37), v2.AsSpan(0, 37), [], step);
        sgd.Update(w2.AsSpan(37), g.AsSpan(37), v2.AsSpan(37), [], step);
        w2.ShouldBe(w);
    }

    [Fact]
    public void Update_NoMomentum_NeedsNoSlotAndStepsAgainstTheGradient()
    {
        var sgd = new Sgd(0, nesterov: false, decoupled: false);
        float[] w = [1, 2];
        sgd.Slots.ShouldBe(0);
        sgd.Update(w, [0.5f, -1], [], [], new OptimizerStep(0.1f, 0, 1, 1));
        w.ShouldBe([0.95f, 2.1f]);
    }

    internal static float[] Numbers(Rng rng, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)rng.NextNormal();
        return values;
    }
}
